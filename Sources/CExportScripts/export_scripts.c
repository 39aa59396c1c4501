#include "CExportScripts.h"

static const uint8_t for_r[] = {
#embed "read_export.R"
};
static const uint8_t for_python[] = {
#embed "read_export.py"
};

export_script export_script_r(void) { return (export_script){for_r, sizeof for_r}; }

export_script export_script_python(void) { return (export_script){for_python, sizeof for_python}; }
