<?php // write the rewrite rules, in a process that began with the permalink structure set
require __DIR__ . '/load.php';
flush_rewrite_rules(false);
