/* chain.h — the record that proves itself. The format, and how to check it without us, is in doc/chain.md.
 *
 * Every write makes an event: one line of compact JSON, kept as the exact bytes that are hashed. Events of a transaction
 * are collected in the work and, as its last act, appended to one lane: hash(event) = H(hash of the event before it ||
 * bytes). (record, version) is unique and without gaps, and each event has the digest of the row after it.
 */
#ifndef ANJIAN_CHAIN_H
#define ANJIAN_CHAIN_H

#include "ledger/store.h"

#define CHAIN_LANE_BITS 40 /* position = lane << 40 | seq */

struct event {
    struct event *next;
    int64_t record, version, batch;
    const char *ledger;
    struct str body;
};

/* Make the event of a write and put it into the work. `old` is NULL for a new record. */
enum err chain_note(struct work *, const struct record *old, const struct record *now, struct str verb, struct str reason);
/* Append the work's events to a lane. Called by store_write(). */
enum err chain_append(struct work *);
/* At init: `lanes` empty lanes, each starting from the digest of the database's uuid and its number. */
enum err chain_start(struct work *, int lanes);

/* ---- verifying ---- */

struct verify_fault {
    char what[400];     /* in the thread's language */
    int64_t lane, seq;  /* of the event; -1 when it is about a row */
    int64_t record;     /* 0: about none */
    const char *ledger; /* lives as long as the store; NULL: about none */
};

struct verify_report {
    bool ok;
    int64_t events, lanes, rows; /* that were found good */
    struct verify_fault first;   /* when not ok */
};

/* Walk every lane and compare every current row with its last event, on one snapshot. `progress` (may be NULL) is called
 * now and then with done and total; when it returns false the answer is ERR_STOPPED. `seal` (STR_NONE: none) is the text
 * of a seal: its signature must be that of the key, and the chain must still contain all its heads. A fault is no error:
 * the answer is OK and the report says what was found first. ERR_UNREADABLE: that is no seal or no key. */
enum err chain_verify(struct store *, struct str seal, struct str public_key_pem, bool (*progress)(void *, int64_t done, int64_t total),
                      void *arg, struct verify_report *ret);

/* The text of a seal over all heads of one snapshot, signed with the private key (PEM: Ed25519, or SM2 with SM3). */
enum err chain_seal(struct store *, struct arena *, struct str private_key_pem, struct str *ret);
/* Make a key pair for seals; kind "sm2" or "ed25519". Fingerprint: SHA-256 of the public key's DER, hex. */
enum err chain_keypair(struct arena *, const char *kind, struct str *ret_private_pem, struct str *ret_public_pem,
                       struct str *ret_fingerprint);

/* Where the private key for seals lies: ANJIAN_SEAL_KEY, or beside a SQLite database as PATH.seal.pem; NULL when nothing
 * says so. The public key lies beside it, with .pub for .pem. The texts lie in the arena. */
const char *seal_key_path(struct arena *, const struct db *);
const char *seal_public_path(struct arena *, const char *private_path);
/* The fingerprint of the public key that lies beside; STR_NONE when there is none that can be read. */
enum err seal_key_fingerprint(struct arena *, const struct db *, struct str *ret);
/* Make both files (the private one with mode 0600; ERR_CONFLICT when one is there): SM2 for a chain of SM3, else Ed25519. */
enum err seal_keys_make(struct arena *, const char *private_path, enum hash_kind, struct str *ret_fingerprint);

/* Write the log as JSON lines: {"lane","seq","prev","hash","body"}; first line is the header with uuid, hash and lanes. */
enum err chain_export(struct store *, const char *path, bool (*progress)(void *, int64_t done, int64_t total), void *arg);

#endif
