#ifndef GATEHOUSE_CCURL_H
#define GATEHOUSE_CCURL_H

#if !__has_include(<curl/curl.h>)
#error "curl/curl.h is missing: apt-get install libcurl4-gnutls-dev (or 'make setup', which installs everything)"
#else
#include <curl/curl.h>
#endif

// curl_easy_setopt and curl_easy_getinfo take any type, which Swift does not see: one function for each type used.

CURLcode gh_curl_set_long(CURL *handle, CURLoption option, long value);
CURLcode gh_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value);
CURLcode gh_curl_set_string(CURL *handle, CURLoption option, const char *value);
CURLcode gh_curl_set_pointer(CURL *handle, CURLoption option, void *value);
CURLcode gh_curl_set_receiver(CURL *handle, CURLoption option, curl_write_callback value);
CURLcode gh_curl_set_socket_opener(CURL *handle, curl_opensocket_callback value);

long gh_curl_response_status(CURL *handle);

#endif
