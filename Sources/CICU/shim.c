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
