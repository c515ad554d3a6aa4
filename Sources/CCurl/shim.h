#include <curl/curl.h>

// curl's options take variable arguments, which Swift cannot pass.
static inline CURLcode lectern_curl_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode lectern_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode lectern_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}
typedef size_t (*lectern_curl_transfer)(char *bytes, size_t size, size_t count, void *context);
static inline CURLcode lectern_curl_set_transfer(CURL *handle, CURLoption option, lectern_curl_transfer value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode lectern_curl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}
