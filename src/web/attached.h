/* attached.h — a file that a record keeps, on its way out. */
#ifndef ANJIAN_ATTACHED_H
#define ANJIAN_ATTACHED_H

#include "web/request.h"

/* How a record is found by the path: request_record() and store_read(), or api_record(). */
typedef enum err record_finder(struct work *, struct request *, const struct ledger *, struct record **ret);

enum attached_how {
    ATTACHED_SAVED, /* to be saved, whatever it is */
    ATTACHED_SHOWN, /* pictures and PDF are shown in the browser, under a policy that lets them do nothing; others are saved */
};

/* Answer with the file of that digest which a record keeps in a field, under the name that it has there. Its bytes are checked against
 * the digest before the first one leaves. ERR_NOT_FOUND when the record keeps no such file. */
enum err attached_answer(struct request *, const struct ledger *, record_finder *, struct str field, struct str digest, enum attached_how);

#endif
