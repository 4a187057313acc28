<!DOCTYPE html>
<html <?php language_attributes(); ?>>
<head>
<meta charset="<?php bloginfo('charset'); ?>">
<meta name="generator" content="WordPress">
<meta name="constructed" content="true">
<?php wp_head(); ?>
</head>
<body <?php body_class(); ?>>
<header class="site-header"><a href="<?php echo esc_url(home_url('/')); ?>" rel="home"><?php bloginfo('name'); ?></a></header>
<main>
<?php while (have_posts()) { the_post(); ?>
<article id="post-<?php the_ID(); ?>" <?php post_class(); ?>>
<header class="entry-header">
<?php is_singular() ? the_title('<h1 class="entry-title">', '</h1>') : the_title('<h2 class="entry-title"><a href="' . esc_url(get_permalink()) . '" rel="bookmark">', '</a></h2>'); ?>
<time class="entry-date published" datetime="<?php echo esc_attr(get_the_date(DATE_W3C)); ?>"><?php echo esc_html(get_the_date()); ?></time>
</header>
<div class="entry-content"><?php is_singular() ? the_content() : the_excerpt(); ?></div>
</article>
<?php if (is_singular()) comments_template();
}
the_posts_pagination(); ?>
</main>
<footer class="site-footer"><p class="constructed">Constructed: every person and every text on this site is invented. / Geconstrueerd: alle personen en teksten op deze site zijn verzonnen.</p></footer>
<?php wp_footer(); ?>
</body>
</html>
