// The embedded theme: every file under layouts/, styles/, scripts/, icons/ and words/ stands in this table,
// so that one binary is the whole program. A test fails when a file is missing here.
#include "LecternTheme.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char layouts_404_html[] = {
#embed "layouts/404.html"
};
static const unsigned char layouts_account_html[] = {
#embed "layouts/account.html"
};
static const unsigned char layouts_ask_html[] = {
#embed "layouts/ask.html"
};
static const unsigned char layouts_base_html[] = {
#embed "layouts/base.html"
};
static const unsigned char layouts_breadcrumbs_html[] = {
#embed "layouts/breadcrumbs.html"
};
static const unsigned char layouts_bundle_links_html[] = {
#embed "layouts/bundle-links.html"
};
static const unsigned char layouts_bundle_html[] = {
#embed "layouts/bundle.html"
};
static const unsigned char layouts_buy_html[] = {
#embed "layouts/buy.html"
};
static const unsigned char layouts_checkout_html[] = {
#embed "layouts/checkout.html"
};
static const unsigned char layouts_contents_button_html[] = {
#embed "layouts/contents-button.html"
};
static const unsigned char layouts_contents_html[] = {
#embed "layouts/contents.html"
};
static const unsigned char layouts_course_card_html[] = {
#embed "layouts/course-card.html"
};
static const unsigned char layouts_creator_report_html[] = {
#embed "layouts/creator-report.html"
};
static const unsigned char layouts_course_html[] = {
#embed "layouts/course.html"
};
static const unsigned char layouts_curriculum_html[] = {
#embed "layouts/curriculum.html"
};
static const unsigned char layouts_facts_html[] = {
#embed "layouts/facts.html"
};
static const unsigned char layouts_faq_html[] = {
#embed "layouts/faq.html"
};
static const unsigned char layouts_files_html[] = {
#embed "layouts/files.html"
};
static const unsigned char layouts_footer_html[] = {
#embed "layouts/footer.html"
};
static const unsigned char layouts_head_html[] = {
#embed "layouts/head.html"
};
static const unsigned char layouts_header_html[] = {
#embed "layouts/header.html"
};
static const unsigned char layouts_home_html[] = {
#embed "layouts/home.html"
};
static const unsigned char layouts_icons_html[] = {
#embed "layouts/icons.html"
};
static const unsigned char layouts_lesson_body_html[] = {
#embed "layouts/lesson-body.html"
};
static const unsigned char layouts_lesson_nav_html[] = {
#embed "layouts/lesson-nav.html"
};
static const unsigned char layouts_lesson_html[] = {
#embed "layouts/lesson.html"
};
static const unsigned char layouts_order_rows_html[] = {
#embed "layouts/order-rows.html"
};
static const unsigned char layouts_orders_html[] = {
#embed "layouts/orders.html"
};
static const unsigned char layouts_outline_html[] = {
#embed "layouts/outline.html"
};
static const unsigned char layouts_page_html[] = {
#embed "layouts/page.html"
};
static const unsigned char layouts_paywall_html[] = {
#embed "layouts/paywall.html"
};
static const unsigned char layouts_player_html[] = {
#embed "layouts/player.html"
};
static const unsigned char layouts_price_html[] = {
#embed "layouts/price.html"
};
static const unsigned char layouts_quiz_html[] = {
#embed "layouts/quiz.html"
};
static const unsigned char layouts_sealed_html[] = {
#embed "layouts/sealed.html"
};
static const unsigned char layouts_redeem_html[] = {
#embed "layouts/redeem.html"
};
static const unsigned char layouts_sealed_words_html[] = {
#embed "layouts/sealed-words.html"
};
static const unsigned char layouts_search_html[] = {
#embed "layouts/search.html"
};
static const unsigned char layouts_shop_head_html[] = {
#embed "layouts/shop-head.html"
};
static const unsigned char layouts_share_html[] = {
#embed "layouts/share.html"
};
static const unsigned char layouts_sign_in_html[] = {
#embed "layouts/sign-in.html"
};
static const unsigned char layouts_survey_html[] = {
#embed "layouts/survey.html"
};
static const unsigned char layouts_tag_html[] = {
#embed "layouts/tag.html"
};
static const unsigned char layouts_tags_html[] = {
#embed "layouts/tags.html"
};
static const unsigned char layouts_upsell_html[] = {
#embed "layouts/upsell.html"
};
static const unsigned char styles_00_tokens_css[] = {
#embed "styles/00-tokens.css"
};
static const unsigned char styles_10_base_css[] = {
#embed "styles/10-base.css"
};
static const unsigned char styles_20_layout_css[] = {
#embed "styles/20-layout.css"
};
static const unsigned char styles_30_text_css[] = {
#embed "styles/30-text.css"
};
static const unsigned char styles_50_lesson_css[] = {
#embed "styles/50-lesson.css"
};
static const unsigned char styles_60_pages_css[] = {
#embed "styles/60-pages.css"
};
static const unsigned char styles_90_print_css[] = {
#embed "styles/90-print.css"
};
static const unsigned char styles_player_css[] = {
#embed "styles/player.css"
};
static const unsigned char styles_player_more_css[] = {
#embed "styles/player-more.css"
};
static const unsigned char styles_quiz_css[] = {
#embed "styles/quiz.css"
};
static const unsigned char styles_sales_css[] = {
#embed "styles/sales.css"
};
static const unsigned char styles_sealed_css[] = {
#embed "styles/sealed.css"
};
static const unsigned char styles_shop_css[] = {
#embed "styles/shop.css"
};
static const unsigned char scripts_account_courses_js[] = {
#embed "scripts/account-courses.js"
};
static const unsigned char scripts_account_rows_js[] = {
#embed "scripts/account-rows.js"
};
static const unsigned char scripts_account_security_js[] = {
#embed "scripts/account-security.js"
};
static const unsigned char scripts_account_js[] = {
#embed "scripts/account.js"
};
static const unsigned char scripts_attempt_js[] = {
#embed "scripts/attempt.js"
};
static const unsigned char scripts_beacon_queue_js[] = {
#embed "scripts/beacon-queue.js"
};
static const unsigned char scripts_beacon_js[] = {
#embed "scripts/beacon.js"
};
static const unsigned char scripts_checkout_js[] = {
#embed "scripts/checkout.js"
};
static const unsigned char scripts_companion_js[] = {
#embed "scripts/companion.js"
};
static const unsigned char scripts_creator_report_js[] = {
#embed "scripts/creator-report.js"
};
static const unsigned char scripts_early_js[] = {
#embed "scripts/early.js"
};
static const unsigned char scripts_order_rows_js[] = {
#embed "scripts/order-rows.js"
};
static const unsigned char scripts_offline_js[] = {
#embed "scripts/offline.js"
};
static const unsigned char scripts_offline_keys_js[] = {
#embed "scripts/offline-keys.js"
};
static const unsigned char scripts_offline_worker_js[] = {
#embed "scripts/offline-worker.js"
};
static const unsigned char scripts_account_offline_js[] = {
#embed "scripts/account-offline.js"
};
static const unsigned char scripts_orders_js[] = {
#embed "scripts/orders.js"
};
static const unsigned char scripts_passkey_js[] = {
#embed "scripts/passkey.js"
};
static const unsigned char scripts_player_boxes_js[] = {
#embed "scripts/player-boxes.js"
};
static const unsigned char scripts_player_bar_js[] = {
#embed "scripts/player-bar.js"
};
static const unsigned char scripts_player_chapters_js[] = {
#embed "scripts/player-chapters.js"
};
static const unsigned char scripts_player_end_js[] = {
#embed "scripts/player-end.js"
};
static const unsigned char scripts_player_keys_js[] = {
#embed "scripts/player-keys.js"
};
static const unsigned char scripts_player_notes_js[] = {
#embed "scripts/player-notes.js"
};
static const unsigned char scripts_player_quiz_js[] = {
#embed "scripts/player-quiz.js"
};
static const unsigned char scripts_player_resume_js[] = {
#embed "scripts/player-resume.js"
};
static const unsigned char scripts_player_storyboard_js[] = {
#embed "scripts/player-storyboard.js"
};
static const unsigned char scripts_player_watermark_js[] = {
#embed "scripts/player-watermark.js"
};
static const unsigned char scripts_player_time_js[] = {
#embed "scripts/player-time.js"
};
static const unsigned char scripts_player_transcript_js[] = {
#embed "scripts/player-transcript.js"
};
static const unsigned char scripts_player_watched_js[] = {
#embed "scripts/player-watched.js"
};
static const unsigned char scripts_player_js[] = {
#embed "scripts/player.js"
};
static const unsigned char scripts_progress_follow_js[] = {
#embed "scripts/progress-follow.js"
};
static const unsigned char scripts_progress_js[] = {
#embed "scripts/progress.js"
};
static const unsigned char scripts_random_js[] = {
#embed "scripts/random.js"
};
static const unsigned char scripts_sealed_file_js[] = {
#embed "scripts/sealed-file.js"
};
static const unsigned char scripts_sealed_js[] = {
#embed "scripts/sealed.js"
};
static const unsigned char scripts_sealed_parts_js[] = {
#embed "scripts/sealed-parts.js"
};
static const unsigned char scripts_search_js[] = {
#embed "scripts/search.js"
};
static const unsigned char scripts_quiz_answers_js[] = {
#embed "scripts/quiz-answers.js"
};
static const unsigned char scripts_quiz_question_js[] = {
#embed "scripts/quiz-question.js"
};
static const unsigned char scripts_quiz_js[] = {
#embed "scripts/quiz.js"
};
static const unsigned char scripts_session_js[] = {
#embed "scripts/session.js"
};
static const unsigned char scripts_shop_js[] = {
#embed "scripts/shop.js"
};
static const unsigned char scripts_sign_in_js[] = {
#embed "scripts/sign-in.js"
};
static const unsigned char scripts_site_js[] = {
#embed "scripts/site.js"
};
static const unsigned char scripts_stream_buffer_js[] = {
#embed "scripts/stream-buffer.js"
};
static const unsigned char scripts_stream_trouble_js[] = {
#embed "scripts/stream-trouble.js"
};
static const unsigned char scripts_stream_js[] = {
#embed "scripts/stream.js"
};
static const unsigned char scripts_redeem_js[] = {
#embed "scripts/redeem.js"
};
static const unsigned char scripts_survey_js[] = {
#embed "scripts/survey.js"
};
static const unsigned char scripts_visit_js[] = {
#embed "scripts/visit.js"
};
static const unsigned char icons_favicon_svg[] = {
#embed "icons/favicon.svg"
};
static const unsigned char words_en_yml[] = {
#embed "words/en.yml"
};
static const unsigned char words_zh_yml[] = {
#embed "words/zh.yml"
};

static const struct lectern_theme_file files[] = {
    {"layouts/404.html", layouts_404_html, sizeof layouts_404_html},
    {"layouts/account.html", layouts_account_html, sizeof layouts_account_html},
    {"layouts/ask.html", layouts_ask_html, sizeof layouts_ask_html},
    {"layouts/base.html", layouts_base_html, sizeof layouts_base_html},
    {"layouts/breadcrumbs.html", layouts_breadcrumbs_html, sizeof layouts_breadcrumbs_html},
    {"layouts/bundle-links.html", layouts_bundle_links_html, sizeof layouts_bundle_links_html},
    {"layouts/bundle.html", layouts_bundle_html, sizeof layouts_bundle_html},
    {"layouts/buy.html", layouts_buy_html, sizeof layouts_buy_html},
    {"layouts/checkout.html", layouts_checkout_html, sizeof layouts_checkout_html},
    {"layouts/contents-button.html", layouts_contents_button_html, sizeof layouts_contents_button_html},
    {"layouts/contents.html", layouts_contents_html, sizeof layouts_contents_html},
    {"layouts/course-card.html", layouts_course_card_html, sizeof layouts_course_card_html},
    {"layouts/creator-report.html", layouts_creator_report_html, sizeof layouts_creator_report_html},
    {"layouts/course.html", layouts_course_html, sizeof layouts_course_html},
    {"layouts/curriculum.html", layouts_curriculum_html, sizeof layouts_curriculum_html},
    {"layouts/facts.html", layouts_facts_html, sizeof layouts_facts_html},
    {"layouts/faq.html", layouts_faq_html, sizeof layouts_faq_html},
    {"layouts/files.html", layouts_files_html, sizeof layouts_files_html},
    {"layouts/footer.html", layouts_footer_html, sizeof layouts_footer_html},
    {"layouts/head.html", layouts_head_html, sizeof layouts_head_html},
    {"layouts/header.html", layouts_header_html, sizeof layouts_header_html},
    {"layouts/home.html", layouts_home_html, sizeof layouts_home_html},
    {"layouts/icons.html", layouts_icons_html, sizeof layouts_icons_html},
    {"layouts/lesson-body.html", layouts_lesson_body_html, sizeof layouts_lesson_body_html},
    {"layouts/lesson-nav.html", layouts_lesson_nav_html, sizeof layouts_lesson_nav_html},
    {"layouts/lesson.html", layouts_lesson_html, sizeof layouts_lesson_html},
    {"layouts/order-rows.html", layouts_order_rows_html, sizeof layouts_order_rows_html},
    {"layouts/orders.html", layouts_orders_html, sizeof layouts_orders_html},
    {"layouts/outline.html", layouts_outline_html, sizeof layouts_outline_html},
    {"layouts/page.html", layouts_page_html, sizeof layouts_page_html},
    {"layouts/paywall.html", layouts_paywall_html, sizeof layouts_paywall_html},
    {"layouts/player.html", layouts_player_html, sizeof layouts_player_html},
    {"layouts/price.html", layouts_price_html, sizeof layouts_price_html},
    {"layouts/quiz.html", layouts_quiz_html, sizeof layouts_quiz_html},
    {"layouts/sealed.html", layouts_sealed_html, sizeof layouts_sealed_html},
    {"layouts/redeem.html", layouts_redeem_html, sizeof layouts_redeem_html},
    {"layouts/sealed-words.html", layouts_sealed_words_html, sizeof layouts_sealed_words_html},
    {"layouts/search.html", layouts_search_html, sizeof layouts_search_html},
    {"layouts/shop-head.html", layouts_shop_head_html, sizeof layouts_shop_head_html},
    {"layouts/share.html", layouts_share_html, sizeof layouts_share_html},
    {"layouts/sign-in.html", layouts_sign_in_html, sizeof layouts_sign_in_html},
    {"layouts/survey.html", layouts_survey_html, sizeof layouts_survey_html},
    {"layouts/tag.html", layouts_tag_html, sizeof layouts_tag_html},
    {"layouts/tags.html", layouts_tags_html, sizeof layouts_tags_html},
    {"layouts/upsell.html", layouts_upsell_html, sizeof layouts_upsell_html},
    {"styles/00-tokens.css", styles_00_tokens_css, sizeof styles_00_tokens_css},
    {"styles/10-base.css", styles_10_base_css, sizeof styles_10_base_css},
    {"styles/20-layout.css", styles_20_layout_css, sizeof styles_20_layout_css},
    {"styles/30-text.css", styles_30_text_css, sizeof styles_30_text_css},
    {"styles/50-lesson.css", styles_50_lesson_css, sizeof styles_50_lesson_css},
    {"styles/60-pages.css", styles_60_pages_css, sizeof styles_60_pages_css},
    {"styles/90-print.css", styles_90_print_css, sizeof styles_90_print_css},
    {"styles/player.css", styles_player_css, sizeof styles_player_css},
    {"styles/player-more.css", styles_player_more_css, sizeof styles_player_more_css},
    {"styles/quiz.css", styles_quiz_css, sizeof styles_quiz_css},
    {"styles/sales.css", styles_sales_css, sizeof styles_sales_css},
    {"styles/sealed.css", styles_sealed_css, sizeof styles_sealed_css},
    {"styles/shop.css", styles_shop_css, sizeof styles_shop_css},
    {"scripts/account-courses.js", scripts_account_courses_js, sizeof scripts_account_courses_js},
    {"scripts/account-rows.js", scripts_account_rows_js, sizeof scripts_account_rows_js},
    {"scripts/account-security.js", scripts_account_security_js, sizeof scripts_account_security_js},
    {"scripts/account.js", scripts_account_js, sizeof scripts_account_js},
    {"scripts/attempt.js", scripts_attempt_js, sizeof scripts_attempt_js},
    {"scripts/beacon-queue.js", scripts_beacon_queue_js, sizeof scripts_beacon_queue_js},
    {"scripts/beacon.js", scripts_beacon_js, sizeof scripts_beacon_js},
    {"scripts/checkout.js", scripts_checkout_js, sizeof scripts_checkout_js},
    {"scripts/companion.js", scripts_companion_js, sizeof scripts_companion_js},
    {"scripts/creator-report.js", scripts_creator_report_js, sizeof scripts_creator_report_js},
    {"scripts/early.js", scripts_early_js, sizeof scripts_early_js},
    {"scripts/order-rows.js", scripts_order_rows_js, sizeof scripts_order_rows_js},
    {"scripts/offline.js", scripts_offline_js, sizeof scripts_offline_js},
    {"scripts/offline-keys.js", scripts_offline_keys_js, sizeof scripts_offline_keys_js},
    {"scripts/offline-worker.js", scripts_offline_worker_js, sizeof scripts_offline_worker_js},
    {"scripts/account-offline.js", scripts_account_offline_js, sizeof scripts_account_offline_js},
    {"scripts/orders.js", scripts_orders_js, sizeof scripts_orders_js},
    {"scripts/passkey.js", scripts_passkey_js, sizeof scripts_passkey_js},
    {"scripts/player-boxes.js", scripts_player_boxes_js, sizeof scripts_player_boxes_js},
    {"scripts/player-bar.js", scripts_player_bar_js, sizeof scripts_player_bar_js},
    {"scripts/player-chapters.js", scripts_player_chapters_js, sizeof scripts_player_chapters_js},
    {"scripts/player-end.js", scripts_player_end_js, sizeof scripts_player_end_js},
    {"scripts/player-keys.js", scripts_player_keys_js, sizeof scripts_player_keys_js},
    {"scripts/player-notes.js", scripts_player_notes_js, sizeof scripts_player_notes_js},
    {"scripts/player-quiz.js", scripts_player_quiz_js, sizeof scripts_player_quiz_js},
    {"scripts/player-resume.js", scripts_player_resume_js, sizeof scripts_player_resume_js},
    {"scripts/player-storyboard.js", scripts_player_storyboard_js, sizeof scripts_player_storyboard_js},
    {"scripts/player-watermark.js", scripts_player_watermark_js, sizeof scripts_player_watermark_js},
    {"scripts/player-time.js", scripts_player_time_js, sizeof scripts_player_time_js},
    {"scripts/player-transcript.js", scripts_player_transcript_js, sizeof scripts_player_transcript_js},
    {"scripts/player-watched.js", scripts_player_watched_js, sizeof scripts_player_watched_js},
    {"scripts/player.js", scripts_player_js, sizeof scripts_player_js},
    {"scripts/progress-follow.js", scripts_progress_follow_js, sizeof scripts_progress_follow_js},
    {"scripts/progress.js", scripts_progress_js, sizeof scripts_progress_js},
    {"scripts/random.js", scripts_random_js, sizeof scripts_random_js},
    {"scripts/sealed-file.js", scripts_sealed_file_js, sizeof scripts_sealed_file_js},
    {"scripts/sealed.js", scripts_sealed_js, sizeof scripts_sealed_js},
    {"scripts/sealed-parts.js", scripts_sealed_parts_js, sizeof scripts_sealed_parts_js},
    {"scripts/search.js", scripts_search_js, sizeof scripts_search_js},
    {"scripts/quiz-answers.js", scripts_quiz_answers_js, sizeof scripts_quiz_answers_js},
    {"scripts/quiz-question.js", scripts_quiz_question_js, sizeof scripts_quiz_question_js},
    {"scripts/quiz.js", scripts_quiz_js, sizeof scripts_quiz_js},
    {"scripts/session.js", scripts_session_js, sizeof scripts_session_js},
    {"scripts/shop.js", scripts_shop_js, sizeof scripts_shop_js},
    {"scripts/sign-in.js", scripts_sign_in_js, sizeof scripts_sign_in_js},
    {"scripts/site.js", scripts_site_js, sizeof scripts_site_js},
    {"scripts/stream-buffer.js", scripts_stream_buffer_js, sizeof scripts_stream_buffer_js},
    {"scripts/stream-trouble.js", scripts_stream_trouble_js, sizeof scripts_stream_trouble_js},
    {"scripts/stream.js", scripts_stream_js, sizeof scripts_stream_js},
    {"scripts/redeem.js", scripts_redeem_js, sizeof scripts_redeem_js},
    {"scripts/survey.js", scripts_survey_js, sizeof scripts_survey_js},
    {"scripts/visit.js", scripts_visit_js, sizeof scripts_visit_js},
    {"icons/favicon.svg", icons_favicon_svg, sizeof icons_favicon_svg},
    {"words/en.yml", words_en_yml, sizeof words_en_yml},
    {"words/zh.yml", words_zh_yml, sizeof words_zh_yml},
};

unsigned long lectern_theme_file_count(void) { return sizeof files / sizeof files[0]; }

struct lectern_theme_file lectern_theme_file_at(unsigned long index) { return files[index]; }
