#include "CReportTemplates.h"

#define TEMPLATE(name) static const uint8_t name##_bytes[]
TEMPLATE(style) = {
#embed "style.css"
};
TEMPLATE(page) = {
#embed "page.mustache"
};
TEMPLATE(mark) = {
#embed "mark.mustache"
};
TEMPLATE(flow) = {
#embed "flow.mustache"
};
TEMPLATE(hypothesis) = {
#embed "hypothesis.mustache"
};
TEMPLATE(effects) = {
#embed "effects.mustache"
};
TEMPLATE(forest) = {
#embed "forest.mustache"
};
TEMPLATE(provenance) = {
#embed "provenance.mustache"
};
TEMPLATE(belief) = {
#embed "belief.mustache"
};
TEMPLATE(times) = {
#embed "times.mustache"
};
TEMPLATE(ways) = {
#embed "ways.mustache"
};
TEMPLATE(others) = {
#embed "others.mustache"
};
TEMPLATE(answers) = {
#embed "answers.mustache"
};
TEMPLATE(screens) = {
#embed "screens.mustache"
};
TEMPLATE(rules) = {
#embed "rules.mustache"
};
TEMPLATE(recordings) = {
#embed "recordings.mustache"
};
TEMPLATE(texts) = {
#embed "texts.mustache"
};

static const report_template templates[] = {
    {"style", style_bytes, sizeof style_bytes},
    {"page", page_bytes, sizeof page_bytes},
    {"mark", mark_bytes, sizeof mark_bytes},
    {"flow", flow_bytes, sizeof flow_bytes},
    {"hypothesis", hypothesis_bytes, sizeof hypothesis_bytes},
    {"effects", effects_bytes, sizeof effects_bytes},
    {"forest", forest_bytes, sizeof forest_bytes},
    {"provenance", provenance_bytes, sizeof provenance_bytes},
    {"belief", belief_bytes, sizeof belief_bytes},
    {"times", times_bytes, sizeof times_bytes},
    {"ways", ways_bytes, sizeof ways_bytes},
    {"others", others_bytes, sizeof others_bytes},
    {"answers", answers_bytes, sizeof answers_bytes},
    {"screens", screens_bytes, sizeof screens_bytes},
    {"rules", rules_bytes, sizeof rules_bytes},
    {"recordings", recordings_bytes, sizeof recordings_bytes},
    {"texts", texts_bytes, sizeof texts_bytes},
};

int64_t report_template_count(void) { return sizeof templates / sizeof templates[0]; }

report_template report_template_at(int64_t index) { return templates[index]; }
