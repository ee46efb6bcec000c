/* hazard.h — hazards: what is C about them: the guards of their flow and where their deadlines come from. */
#ifndef ANJIAN_HAZARD_H
#define ANJIAN_HAZARD_H

/* Once at start, before threads: guards, checks and hooks of all chapters of src/safety. */
void safety_init(void);

#endif
