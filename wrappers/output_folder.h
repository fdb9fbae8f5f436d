// SPDX-License-Identifier: Apache-2.0
//
// The folder that one run writes to.
#ifndef TWINWIRE_OUTPUT_FOLDER_H
#define TWINWIRE_OUTPUT_FOLDER_H

// Makes the folder (and those above it), keeps it for this process until it ends, and removes what a former run left there.
// Returns false, with a message, if that cannot be, or if another run is writing there.
bool output_folder_open(const char *path);

#endif
