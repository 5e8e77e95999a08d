#ifndef GATEHOUSE_CICU_H
#define GATEHOUSE_CICU_H

#if !__has_include(<unicode/ucal.h>)
#error "unicode/ucal.h is missing: apt-get install libicu-dev (or 'make setup', which installs everything)"
#else
#include <unicode/ucal.h>
#include <unicode/udat.h>
#include <unicode/uenum.h>
#include <unicode/unorm2.h>
#include <unicode/uregex.h>
#include <unicode/uspoof.h>
#include <unicode/uversion.h>
#endif

// ICU's functions are macros that add its version to the name, which Swift does not see; these names stay.

/// Writes the version into U_MAX_VERSION_STRING_LENGTH characters.
void gh_icu_version(char *text);
const char *gh_icu_tzdata_version(UErrorCode *status);
const char *gh_icu_error_name(UErrorCode status);

const UNormalizer2 *gh_icu_nfkc_casefold(UErrorCode *status);
int32_t gh_icu_normalize(const UNormalizer2 *normalizer, const UChar *text, int32_t length, UChar *output,
                         int32_t capacity, UErrorCode *status);

USpoofChecker *gh_icu_spoof_open(UErrorCode *status);
void gh_icu_spoof_close(USpoofChecker *checker);
int32_t gh_icu_spoof_skeleton(const USpoofChecker *checker, const UChar *text, int32_t length, UChar *output,
                              int32_t capacity, UErrorCode *status);

int32_t gh_icu_zone_canonical(const UChar *id, int32_t length, UChar *output, int32_t capacity, UBool *isSystem,
                              UErrorCode *status);
/// Every canonical id; closed by gh_icu_names_close.
UEnumeration *gh_icu_zone_names(UErrorCode *status);
const char *gh_icu_names_next(UEnumeration *names, int32_t *length, UErrorCode *status);
void gh_icu_names_close(UEnumeration *names);

/// A proleptic Gregorian calendar.
UCalendar *gh_icu_calendar_open(const UChar *id, int32_t length, UErrorCode *status);
void gh_icu_calendar_close(UCalendar *calendar);
int32_t gh_icu_calendar_zone(const UCalendar *calendar, UChar *output, int32_t capacity, UErrorCode *status);
void gh_icu_calendar_set(UCalendar *calendar, double milliseconds, UErrorCode *status);
/// Milliseconds ahead of UTC, summer time included.
int32_t gh_icu_calendar_offset(const UCalendar *calendar, UErrorCode *status);
UBool gh_icu_calendar_next_transition(const UCalendar *calendar, double *milliseconds, UErrorCode *status);

/// Writes the zone's short name at an instant, in American English.
UDateFormat *gh_icu_abbreviations_open(const UChar *id, int32_t length, UErrorCode *status);
void gh_icu_abbreviations_close(UDateFormat *format);
int32_t gh_icu_abbreviation(const UDateFormat *format, double milliseconds, UChar *output, int32_t capacity,
                            UErrorCode *status);

/// Compiles a pattern; `place` is where it is wrong, or -1.
URegularExpression *gh_icu_regex_open(const UChar *pattern, int32_t length, int32_t *place, UErrorCode *status);
void gh_icu_regex_close(URegularExpression *regex);
void gh_icu_regex_limit(URegularExpression *regex, int32_t ticks, int32_t stackBytes, UErrorCode *status);
/// Whether the pattern matches anywhere in the text.
UBool gh_icu_regex_find(URegularExpression *regex, const UChar *text, int32_t length, UErrorCode *status);

#endif
