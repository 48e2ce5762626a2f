#pragma once

namespace caloforge::core {

/// After this, SIGINT, SIGTERM, SIGHUP (a closed terminal, unless under nohup) and SIGUSR1 (which mpirun and
/// srun pass on to their ranks) set a flag that long runs look at between two units of work; a second signal
/// ends the program at once.
void watch_stop_signals();
/// Has a signal (or request_stop) asked this run to end cleanly?
bool stop_requested();
/// Sets or clears the flag by hand (tests, embedding).
void request_stop(bool stop = true);

}  // namespace caloforge::core
