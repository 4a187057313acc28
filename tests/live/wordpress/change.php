<?php // php change.php CHANGES.jsonl SLUG : change a post's comments, one change a line, each comment named by its present text
require __DIR__ . '/load.php';
$post = get_page_by_path($argv[2], OBJECT, 'post');

function number_of(string $text): int {
    global $wpdb;
    $id = $wpdb->get_var($wpdb->prepare("SELECT comment_ID FROM $wpdb->comments WHERE comment_content = %s", $text));
    if (!$id) { fwrite(STDERR, "no comment says: $text"); exit(1); }
    return (int) $id;
}

foreach (file($argv[1], FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES) as $line) {
    $change = json_decode($line, true, 64, JSON_THROW_ON_ERROR);
    if ($change['do'] === 'edit') {
        wp_update_comment(wp_slash(['comment_ID' => number_of($change['text']), 'comment_content' => $change['becomes']]));
    } elseif ($change['do'] === 'delete') {   // for good: what answered it then answers what it answered
        wp_delete_comment(number_of($change['text']), true);
    } else {
        wp_insert_comment(wp_slash([
            'comment_post_ID' => $post->ID, 'comment_author' => $change['author'], 'comment_author_email' => '',
            'comment_content' => $change['text'], 'comment_parent' => $change['parent'] === null ? 0 : number_of($change['parent']),
            'comment_approved' => 1, 'comment_date' => get_date_from_gmt($change['at']), 'comment_date_gmt' => $change['at'],
        ]));
    }
}
wp_update_comment_count_now($post->ID);
