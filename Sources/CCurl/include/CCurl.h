#ifndef GATEHOUSE_CCURL_H
#define GATEHOUSE_CCURL_H

#if !__has_include(<curl/curl.h>)
#error "curl/curl.h is missing: apt-get install libcurl4-gnutls-dev (or 'make setup', which installs everything)"
#else
#include <curl/curl.h>
#endif

#endif
