<?php // WordPress from the command line, as if asked for its front page
$url = parse_url(getenv('FORUM_URL'));
$_SERVER['HTTP_HOST'] = $url['host'] . ':' . $url['port'];
$_SERVER['REQUEST_URI'] = '/';
require getenv('FORUM_DIR') . '/site/wp-load.php';
