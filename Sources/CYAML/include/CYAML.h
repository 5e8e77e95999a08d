#ifndef GATEHOUSE_CYAML_H
#define GATEHOUSE_CYAML_H

#if !__has_include(<yaml.h>)
#error "yaml.h is missing: apt-get install libyaml-dev (or 'make setup', which installs everything)"
#else
#include <yaml.h>
#endif

#endif
