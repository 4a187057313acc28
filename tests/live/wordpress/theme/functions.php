<?php // no scripts, styles, feeds or embeds: pages as small as their texts
foreach (['print_emoji_detection_script' => 7, 'wp_generator' => 10, 'rsd_link' => 10, 'wlwmanifest_link' => 10,
          'wp_oembed_add_discovery_links' => 10, 'feed_links' => 2, 'feed_links_extra' => 3, 'wp_shortlink_wp_head' => 10] as $hook => $priority)
    remove_action('wp_head', $hook, $priority);
remove_action('wp_print_styles', 'print_emoji_styles');
add_action('wp_enqueue_scripts', function () {
    foreach (['wp-block-library', 'classic-theme-styles', 'global-styles'] as $style) wp_dequeue_style($style);
}, 100);
remove_action('wp_enqueue_scripts', 'wp_enqueue_global_styles');
remove_action('wp_body_open', 'wp_global_styles_render_svg_filters');
add_theme_support('title-tag');
add_theme_support('html5', ['comment-list', 'comment-form']);
// a thread declares its own language
add_filter('language_attributes', function ($attributes) {
    $language = is_singular() ? get_post_meta(get_the_ID(), 'language', true) : 'nl';
    return 'lang="' . esc_attr($language ?: 'nl') . '"';
});
