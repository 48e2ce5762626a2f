#pragma once

#include <memory>

#include "comm/Communicator.hh"

namespace caloforge::comm {

/// This process' communicator: over MPI when a launcher (mpirun, srun) started several processes, alone
/// otherwise. Throws InputError when there are several and MPI, or Caloforge's plug-in for it, cannot be
/// loaded. Once per process.
std::unique_ptr<Communicator> launch();

}  // namespace caloforge::comm
