/* template_names.c — elements and attributes. See template_names.h. */
#include "html/template_names.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool starts(struct str name, const char *lower)
{
    size_t n = strlen(lower);
    if (name.n < n) return false;
    for (size_t i = 0; i < n; i++) {
        char c = name.p[i];
        if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != lower[i]) return false;
    }
    return true;
}

bool name_is(struct str name, const char *lower)
{
    return name.n == strlen(lower) && starts(name, lower);
}

static const struct {
    const char *name;
    unsigned flags;
} elements[] = {
    {"area", ELEMENT_VOID},     {"br", ELEMENT_VOID},      {"col", ELEMENT_VOID},
    {"hr", ELEMENT_VOID},       {"img", ELEMENT_VOID},     {"input", ELEMENT_VOID},
    {"link", ELEMENT_VOID},     {"meta", ELEMENT_VOID},    {"source", ELEMENT_VOID},
    {"track", ELEMENT_VOID},    {"wbr", ELEMENT_VOID},     {"html", ELEMENT_BARE},
    {"head", ELEMENT_BARE},     {"table", ELEMENT_BARE},   {"colgroup", ELEMENT_BARE},
    {"thead", ELEMENT_BARE},    {"tbody", ELEMENT_BARE},   {"tfoot", ELEMENT_BARE},
    {"tr", ELEMENT_BARE},       {"ul", ELEMENT_BARE},      {"ol", ELEMENT_BARE},
    {"dl", ELEMENT_BARE},       {"select", ELEMENT_BARE},  {"optgroup", ELEMENT_BARE},
    {"datalist", ELEMENT_BARE}, {"pre", ELEMENT_KEEPS},    {"textarea", ELEMENT_KEEPS | ELEMENT_PLAIN},
    {"title", ELEMENT_PLAIN},   {"script", ELEMENT_EMPTY}, {"svg", ELEMENT_DRAWN},
    {"math", ELEMENT_DRAWN},
};

unsigned element_flags(struct str name)
{
    for (size_t i = 0; i < COUNT(elements); i++)
        if (name_is(name, elements[i].name)) return elements[i].flags;
    return 0;
}

static const char elsewhere[] = "the page's policy lets nothing of another page in";
static const char obsolete[] = "browsers read its content in a way of their own";

static const struct {
    const char *name, *why;
} refused_elements[] = {
    {"style", "the page's policy lets no style stand in a page; write it to a file in static"},
    {"base", "it would change where every address of the page leads"},
    {"iframe", elsewhere},
    {"frame", elsewhere},
    {"frameset", elsewhere},
    {"object", elsewhere},
    {"embed", elsewhere},
    {"applet", elsewhere},
    {"portal", elsewhere},
    {"noembed", obsolete},
    {"noframes", obsolete},
    {"plaintext", obsolete},
    {"xmp", obsolete},
    {"listing", obsolete},
    {"set", "it can change an address behind the compiler's back"},
    {"animate", "it can change an address behind the compiler's back"},
};

const char *element_refused(struct str name)
{
    for (size_t i = 0; i < COUNT(refused_elements); i++)
        if (name_is(name, refused_elements[i].name)) return refused_elements[i].why;
    return NULL;
}

static const struct {
    const char *name;
    enum attribute_kind kind;
} attributes[] = {
    {"href", ATTRIBUTE_URL},
    {"src", ATTRIBUTE_URL},
    {"action", ATTRIBUTE_URL},
    {"formaction", ATTRIBUTE_URL},
    {"poster", ATTRIBUTE_URL},
    {"cite", ATTRIBUTE_URL},
    {"data", ATTRIBUTE_URL},
    {"manifest", ATTRIBUTE_URL},
    {"background", ATTRIBUTE_URL},
    {"xlink:href", ATTRIBUTE_URL},
    {"srcset", ATTRIBUTE_LITERAL},
    {"imagesrcset", ATTRIBUTE_LITERAL},
    {"ping", ATTRIBUTE_LITERAL},
    {"style", ATTRIBUTE_NEVER},
    {"srcdoc", ATTRIBUTE_NEVER},
    {"http-equiv", ATTRIBUTE_NEVER},
    {"title", ATTRIBUTE_WORDS},
    {"alt", ATTRIBUTE_WORDS},
    {"placeholder", ATTRIBUTE_WORDS},
    {"label", ATTRIBUTE_WORDS},
    {"aria-label", ATTRIBUTE_WORDS},
    {"aria-description", ATTRIBUTE_WORDS},
    {"aria-roledescription", ATTRIBUTE_WORDS},
    {"aria-valuetext", ATTRIBUTE_WORDS},
    /* htmx; whatever is not here takes no value */
    {"hx-get", ATTRIBUTE_URL},
    {"hx-post", ATTRIBUTE_URL},
    {"hx-put", ATTRIBUTE_URL},
    {"hx-patch", ATTRIBUTE_URL},
    {"hx-delete", ATTRIBUTE_URL},
    {"hx-push-url", ATTRIBUTE_URL},
    {"hx-replace-url", ATTRIBUTE_URL},
    {"hx-confirm", ATTRIBUTE_WORDS},
    {"hx-prompt", ATTRIBUTE_WORDS},
    {"hx-target", ATTRIBUTE_TEXT},
    {"hx-select", ATTRIBUTE_TEXT},
    {"hx-select-oob", ATTRIBUTE_TEXT},
    {"hx-swap", ATTRIBUTE_TEXT},
    {"hx-swap-oob", ATTRIBUTE_TEXT},
    {"hx-indicator", ATTRIBUTE_TEXT},
    {"hx-include", ATTRIBUTE_TEXT},
    {"hx-params", ATTRIBUTE_TEXT},
    {"hx-disabled-elt", ATTRIBUTE_TEXT},
};

enum attribute_kind attribute_kind(struct str element, struct str name)
{
    if (starts(name, "data-hx-")) name = str_from(name, 5); /* htmx reads both */
    if (starts(name, "on") || starts(name, "hx-on")) return ATTRIBUTE_NEVER;
    if (name_is(element, "script") && (name_is(name, "src") || name_is(name, "href") || name_is(name, "xlink:href")))
        return ATTRIBUTE_SOURCE;
    for (size_t i = 0; i < COUNT(attributes); i++)
        if (name_is(name, attributes[i].name)) return attributes[i].kind;
    return starts(name, "hx-") ? ATTRIBUTE_LITERAL : ATTRIBUTE_TEXT;
}
