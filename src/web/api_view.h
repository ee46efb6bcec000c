/* api_view.h — the JSON interface to be read by people: the same descriptions that /api/v1/openapi.json is made of. */
#ifndef ANJIAN_API_VIEW_H
#define ANJIAN_API_VIEW_H

#include "web/shell_view.h"

struct api_value { /* a parameter, a field of a body */
    struct str name, type, about;
    bool required;
};

struct api_operation {
    struct str id;     /* anchor: "create_hazard" */
    struct str method; /* "POST" */
    struct str path;   /* "/api/v1/hazard" */
    struct str about;
    const struct api_value *parameter;
    int parameter_count;
    const struct api_value *body;
    int body_count;
    const struct api_value *answer; /* .name the status, .about what it means */
    int answer_count;
    struct str example; /* a line for curl */
};

struct api_group {
    struct str id, label;
    const struct api_operation *operation;
    int operation_count;
    bool open;
};

struct api_view {
    struct shell shell;
    struct str version;
    struct str openapi_url, tokens_url; /* the second may be empty */
    const struct choice *ledger;        /* whose operations are shown */
    int ledger_count;
    const struct api_group *group;
    int group_count;
};

#endif
