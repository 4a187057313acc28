<?php // php seed.php THREADS.jsonl COMMENTS_PER_PAGE : install WordPress and insert the threads, one JSON object a line
define('WP_INSTALLING', true);
require __DIR__ . '/load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

if (!is_blog_installed()) wp_install('Constructed forum', 'redactie', 'redactie@voorbeeld.invalid', true, '', 'on-loopback-only', '');
foreach ([1, 2, 3] as $sample) wp_delete_post($sample, true);
foreach ([
    'timezone_string' => 'Europe/Amsterdam', 'gmt_offset' => '', 'date_format' => 'j F Y', 'time_format' => 'H:i',
    'permalink_structure' => '/%postname%/', 'blogdescription' => 'Every person and every text here is invented',
    'thread_comments' => 1, 'thread_comments_depth' => 5, 'page_comments' => 1, 'comments_per_page' => (int) $argv[2],
    'default_comments_page' => 'oldest', 'comment_order' => 'asc', 'comments_notify' => 0, 'moderation_notify' => 0,
    'show_avatars' => 0,   // their addresses are digests of e-mail addresses
    'use_smilies' => 0,    // a typed :) stays as typed
    'default_pingback_flag' => 0, 'default_ping_status' => 'closed',
] as $name => $value) update_option($name, $value);
switch_theme('standpunt-classic');

function gmt(string $local): array {   // Dutch wall time -> what WordPress stores
    $date = str_replace('T', ' ', $local) . (strlen($local) === 16 ? ':00' : '');
    return [$date, get_gmt_from_date($date)];
}

$comments = 0; $threads = 0;
foreach (file($argv[1], FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES) as $line) {
    $thread = json_decode($line, true, 64, JSON_THROW_ON_ERROR);
    [$date, $date_gmt] = gmt($thread['published_at']);
    $post = wp_insert_post(wp_slash([
        'post_title' => $thread['title'], 'post_name' => $thread['slug'], 'post_content' => $thread['opening'],
        'post_status' => 'publish', 'post_author' => 1, 'comment_status' => 'open', 'ping_status' => 'closed',
        'post_date' => $date, 'post_date_gmt' => $date_gmt,
    ]), true);
    if (is_wp_error($post)) { fwrite(STDERR, $post->get_error_message()); exit(1); }
    update_post_meta($post, 'language', $thread['language']);
    $ids = [];
    usort($thread['comments'], fn($a, $b) => strcmp($a['at'], $b['at']));
    foreach ($thread['comments'] as $comment) {
        [$date, $date_gmt] = gmt($comment['at']);
        $parent = $comment['parent'] === null ? 0 : ($ids[$comment['parent']] ?? null);
        if ($parent === null) { fwrite(STDERR, "{$thread['slug']} {$comment['key']}: parent is not earlier"); exit(1); }
        $id = wp_insert_comment(wp_slash([
            'comment_post_ID' => $post, 'comment_author' => $comment['author'], 'comment_author_email' => '',
            'comment_content' => $comment['text'], 'comment_parent' => $parent, 'comment_approved' => 1,
            'comment_date' => $date, 'comment_date_gmt' => $date_gmt,
        ]));
        if (!$id) { fwrite(STDERR, "{$thread['slug']} {$comment['key']}: not inserted"); exit(1); }
        $ids[$comment['key']] = $id;
        $comments++;
    }
    wp_update_comment_count_now($post);
    $threads++;
}
echo "$threads threads, $comments comments\n";
