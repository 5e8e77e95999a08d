#ifndef GATEHOUSE_CICU_H
#define GATEHOUSE_CICU_H

#if !__has_include(<unicode/ucal.h>)
#error "unicode/ucal.h is missing: apt-get install libicu-dev (or 'make setup', which installs everything)"
#else
#include <unicode/ucal.h>
#endif

#endif
