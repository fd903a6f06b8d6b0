// SPDX-License-Identifier: Apache-2.0
// Owners of libssh's objects.  Order of destruction matters: a channel before
// its session, an event before the session in it (see transport.h).
#pragma once

#include <libssh/libssh.h>
#include <libssh/server.h>

#include "base/handle.h"

namespace hitl::ssh {

using Session = Owner<ssh_session_struct, ssh_free>;
using Bind = Owner<ssh_bind_struct, ssh_bind_free>;
using Event = Owner<ssh_event_struct, ssh_event_free>;
using Key = Owner<ssh_key_struct, ssh_key_free>;
using Message = Owner<ssh_message_struct, ssh_message_free>;

}  // namespace hitl::ssh
