#pragma once

#include <string>

#include "comm/Neighbours.hh"

namespace caloforge::train {

/// Where a rank computes that shares its host with `here`, of `gpus` GPUs: for `cuda` each rank on one of its
/// own, in turn; any other name stands.
std::string device_of(const std::string& device, comm::Neighbours here, std::size_t gpus);

/// The same for this rank and machine, with a warning where there are fewer GPUs than ranks. All ranks ask;
/// throws InputError (of several ranks AgreedError) for a device that is not there.
std::string rank_device(const std::string& device, comm::Communicator& communicator);

}  // namespace caloforge::train
