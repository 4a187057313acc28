<?php // PHP's built-in server: files as they are, everything else to WordPress
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$file = getenv('FORUM_DIR') . '/site' . $path;
if ($path !== '/' && is_file($file)) return false;
$_SERVER['SCRIPT_NAME'] = '/index.php';
require getenv('FORUM_DIR') . '/site/index.php';
