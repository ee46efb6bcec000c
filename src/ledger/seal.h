/* seal.h — seals and their signatures. Shared by the chain's files; the public half stands in chain.h. */
#ifndef ANJIAN_SEAL_H
#define ANJIAN_SEAL_H

#include "ledger/lane.h"

/* Sign a text. *ret_algorithm: "ed25519" or "sm2-sm3". The rest is base64 and hex, in the arena. */
enum err seal_sign(struct arena *, struct str private_pem, struct str text, const char **ret_algorithm, struct str *ret_signature,
                   struct str *ret_fingerprint);

struct seal {
    struct str body, algorithm, signature, fingerprint; /* as in the file */
    struct str uuid, at;                                /* from the body */
    struct lanes lanes;
};
/* Take the text of a seal apart. ERR_UNREADABLE: it is none. */
enum err seal_parse(struct arena *, struct str text, struct seal *ret);

enum seal_trust { SEAL_GENUINE, SEAL_OTHER_KEY, SEAL_FORGED };
/* Is it signed by the owner of this key? */
enum err seal_check(struct arena *, const struct seal *, struct str public_pem, enum seal_trust *ret);

#endif
