/* description.h — a ledger as its description file says it: fields, keys, scope, flow.
 *
 * One YAML file per record type is the only place that knows it; table, list, search, import, export, template, JSON and
 * history follow from the structures here. The same loader reads the shipped files (compiled into the program) and a
 * district's own at run time. doc/adding-a-ledger.md explains every key. A loaded description never changes.
 */
#ifndef ANJIAN_DESCRIPTION_H
#define ANJIAN_DESCRIPTION_H

#include "base/arena.h"
#include "base/lang.h"

enum field_type {
    TYPE_TEXT,
    TYPE_LONG_TEXT,
    TYPE_INTEGER,
    TYPE_MONEY,  /* fen */
    TYPE_POINTS, /* hundredths of a point */
    TYPE_DATE,   /* kept as ISO text */
    TYPE_INSTANT,
    TYPE_YES_NO,
    TYPE_CHOICE,  /* code of a code list */
    TYPE_CHOICES, /* several: kept as "|a|b|" */
    TYPE_REFERENCE,
    TYPE_REFERENCES, /* several: kept as "|1|2|" */
    TYPE_REGION,     /* 12-digit code */
    TYPE_PLACE,      /* "longitude,latitude DATUM" */
    TYPE_PHONE,
    TYPE_CREDIT_CODE,
    TYPE_ID_NUMBER,
    TYPE_FILES, /* several: kept as "|sha256/name|…|" */
    TYPE_ROWS,  /* a ledger inside the record: has no column of its own */
    TYPE__MAX,
};

enum search_weight { SEARCH_NONE, SEARCH_BODY, SEARCH_TITLE };

struct ledger;

struct field {
    /* as written */
    char *name, *zh, *en, *help_zh, *help_en;
    enum field_type type;
    char **headings;
    unsigned headings_count;
    bool required, unique, filter, sort, list, read_only, sensitive;
    bool deadline; /* instant: late when it is past and the state is not done */
    enum search_weight search;
    char *min, *max;
    char *codes;   /* choice(s): the code list */
    char *of;      /* reference(s), rows: the ledger */
    char *compute; /* named function that fills it when left blank, see compute.h */
    char **by;     /* the verbs by which alone it may be set */
    unsigned by_count;
    /* derived */
    int index;                   /* place in ledger->fields */
    int64_t least, most;         /* bounds in the unit kept (characters for text), INT64_MIN/MAX when open */
    const struct ledger *target; /* what `of` names, after registry_link() */
};

#define GROUP_MAX 8
struct group { /* fields that go together: a key, an index, the "within" of a period; written "name+region" */
    int n;
    const struct field *field[GROUP_MAX];
};

struct state {
    char *name, *zh, *en;
    bool done; /* nothing is owed any more */
};

struct verb { /* one row of the flow's table */
    char *name, *zh, *en, *to;
    char **from, **guards, **needs, **starts, **stops;
    unsigned from_count, guards_count, needs_count, starts_count, stops_count;
};

struct scope_rule { /* where the scope columns of a row come from: names of fields, or "self" for owner */
    char *from, *district, *territory, *sector, *owner;
    bool public_; /* reference data: everybody with any scope reads it, as far as rights go; its columns are for those who borrow them */
};

struct period_rule { /* [from, to) rows whose overlap is checked within equal values of these fields */
    char *from, *to, *within;
    /* derived */
    const struct field *from_field, *to_field;
    struct group group;
};

struct ledger {
    /* as written */
    char *ledger, *zh, *en, *help_zh, *help_en, *number, *title, *parent;
    char *day;   /* the field that holds the legal day of a record; without it the `from` of its period */
    char **keys; /* how an import recognises a record, strongest first */
    unsigned keys_count;
    struct scope_rule *scope;
    struct period_rule *period;
    struct field *fields;
    unsigned fields_count;
    struct state *states;
    unsigned states_count;
    struct verb *verbs;
    unsigned verbs_count;
    char **indexes; /* for hot filters, beside those that follow from `sort` */
    unsigned indexes_count;
    /* derived */
    int place; /* in the registry */
    struct group *key_groups, *index_groups;
    const struct field **by_name;        /* fields sorted by name: canonical order */
    const struct field *title_field;     /* may be NULL */
    const struct field *day_field;       /* what `day` names; may be NULL */
    const struct field *scope_from;      /* reference whose record lends its scope; may be NULL */
    const struct field *scope_fields[4]; /* by enum scope_column; NULL when not given */
    bool owner_is_self;
    bool shipped; /* comes with the program; the district's own otherwise */
    char *text;   /* the YAML it was read from */
};

enum scope_column { SCOPE_DISTRICT, SCOPE_TERRITORY, SCOPE_SECTOR, SCOPE_OWNER, SCOPE__MAX };

#define DESCRIPTION_MAX_BYTES ((size_t)256 * 1024)

/* Read one description. On error: ERR_INVALID with a message that names the ledger, the field and what is wrong. */
enum err ledger_load(struct str yaml, bool shipped, struct ledger **ret);
struct ledger *ledger_free(struct ledger *); /* returns NULL */

const struct field *ledger_field(const struct ledger *, struct str name); /* NULL when there is none */
const struct state *ledger_state(const struct ledger *, struct str name);
const char *ledger_label(const struct ledger *, enum lang);
const char *field_label(const struct field *, enum lang);
const char *type_name(enum field_type);

/* Is the value kept as a whole number (otherwise as text)? */
bool type_is_int(enum field_type);
/* Does it hold several values, with a side table for finding them? */
bool type_is_many(enum field_type);
/* Does it have a column in its ledger's table? */
static inline bool type_has_column(enum field_type t)
{
    return t != TYPE_ROWS;
}

/* A name that may stand in a description: a–z, then a–z 0–9 _, at most 40. */
bool name_valid(struct str s);

#endif
