<div id="comments" class="comments-area">
<h2 class="comments-title"><?php comments_number(); ?></h2>
<ol class="comment-list">
<?php wp_list_comments(['style' => 'ol', 'format' => 'html5', 'avatar_size' => 0]); ?>
</ol>
<?php the_comments_pagination(); ?>
</div>
