#include "CICU.h"

void gh_icu_version(char *text) {
    UVersionInfo version;
    u_getVersion(version);
    u_versionToString(version, text);
}

const char *gh_icu_tzdata_version(UErrorCode *status) { return ucal_getTZDataVersion(status); }

const char *gh_icu_error_name(UErrorCode status) { return u_errorName(status); }

const UNormalizer2 *gh_icu_nfkc_casefold(UErrorCode *status) { return unorm2_getNFKCCasefoldInstance(status); }

int32_t gh_icu_normalize(const UNormalizer2 *normalizer, const UChar *text, int32_t length, UChar *output,
                         int32_t capacity, UErrorCode *status) {
    return unorm2_normalize(normalizer, text, length, output, capacity, status);
}

USpoofChecker *gh_icu_spoof_open(UErrorCode *status) { return uspoof_open(status); }

void gh_icu_spoof_close(USpoofChecker *checker) { uspoof_close(checker); }

int32_t gh_icu_spoof_skeleton(const USpoofChecker *checker, const UChar *text, int32_t length, UChar *output,
                              int32_t capacity, UErrorCode *status) {
    // The second argument is of an older ICU and ignored.
    return uspoof_getSkeleton(checker, 0, text, length, output, capacity, status);
}

int32_t gh_icu_zone_canonical(const UChar *id, int32_t length, UChar *output, int32_t capacity, UBool *isSystem,
                              UErrorCode *status) {
    return ucal_getCanonicalTimeZoneID(id, length, output, capacity, isSystem, status);
}

UEnumeration *gh_icu_zone_names(UErrorCode *status) {
    return ucal_openTimeZoneIDEnumeration(UCAL_ZONE_TYPE_CANONICAL, NULL, NULL, status);
}

const char *gh_icu_names_next(UEnumeration *names, int32_t *length, UErrorCode *status) {
    return uenum_next(names, length, status);
}

void gh_icu_names_close(UEnumeration *names) { uenum_close(names); }

UCalendar *gh_icu_calendar_open(const UChar *id, int32_t length, UErrorCode *status) {
    UCalendar *calendar = ucal_open(id, length, "en_US", UCAL_GREGORIAN, status);
    // Before any date: without it days before October 1582 are counted by Julius Caesar.
    if (U_SUCCESS(*status)) ucal_setGregorianChange(calendar, -8.64e15, status);
    return calendar;
}

void gh_icu_calendar_close(UCalendar *calendar) { ucal_close(calendar); }

int32_t gh_icu_calendar_zone(const UCalendar *calendar, UChar *output, int32_t capacity, UErrorCode *status) {
    return ucal_getTimeZoneID(calendar, output, capacity, status);
}

void gh_icu_calendar_set(UCalendar *calendar, double milliseconds, UErrorCode *status) {
    ucal_setMillis(calendar, milliseconds, status);
}

int32_t gh_icu_calendar_offset(const UCalendar *calendar, UErrorCode *status) {
    return ucal_get(calendar, UCAL_ZONE_OFFSET, status) + ucal_get(calendar, UCAL_DST_OFFSET, status);
}

UBool gh_icu_calendar_next_transition(const UCalendar *calendar, double *milliseconds, UErrorCode *status) {
    return ucal_getTimeZoneTransitionDate(calendar, UCAL_TZ_TRANSITION_NEXT, milliseconds, status);
}

UDateFormat *gh_icu_abbreviations_open(const UChar *id, int32_t length, UErrorCode *status) {
    static const UChar pattern[] = {'z'};
    return udat_open(UDAT_PATTERN, UDAT_PATTERN, "en_US", id, length, pattern, 1, status);
}

void gh_icu_abbreviations_close(UDateFormat *format) { udat_close(format); }

int32_t gh_icu_abbreviation(const UDateFormat *format, double milliseconds, UChar *output, int32_t capacity,
                            UErrorCode *status) {
    return udat_format(format, milliseconds, output, capacity, NULL, status);
}

URegularExpression *gh_icu_regex_open(const UChar *pattern, int32_t length, int32_t *place, UErrorCode *status) {
    UParseError error = {.offset = -1};
    URegularExpression *regex = uregex_open(pattern, length, 0, &error, status);
    *place = error.offset;
    return regex;
}

void gh_icu_regex_close(URegularExpression *regex) { uregex_close(regex); }

void gh_icu_regex_limit(URegularExpression *regex, int32_t ticks, int32_t stackBytes, UErrorCode *status) {
    uregex_setTimeLimit(regex, ticks, status);
    uregex_setStackLimit(regex, stackBytes, status);
}

UBool gh_icu_regex_find(URegularExpression *regex, const UChar *text, int32_t length, UErrorCode *status) {
    uregex_setText(regex, text, length, status);
    UBool found = uregex_find(regex, 0, status);
    // ICU only keeps the address of the text, which ends with this call.
    UErrorCode forgotten = U_ZERO_ERROR;
    static const UChar nothing[] = {0};
    uregex_setText(regex, nothing, 0, &forgotten);
    return found;
}
