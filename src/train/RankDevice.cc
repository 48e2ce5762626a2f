#include "train/RankDevice.hh"

#include <fmt/format.h>

#include "comm/Together.hh"
#include "core/Log.hh"
#include "model/Device.hh"

namespace caloforge::train {

std::string device_of(const std::string& device, comm::Neighbours here, std::size_t gpus) {
    if (device != "cuda" || here.count < 2 || gpus == 0) return device;
    return fmt::format("cuda:{}", here.index % gpus);
}

std::string rank_device(const std::string& device, comm::Communicator& communicator) {
    comm::together(communicator, [&] { model::find_device(device); });
    if (communicator.ranks() == 1) return device;
    const comm::Neighbours here = comm::neighbours(communicator);
    const std::size_t gpus = model::gpu_count();
    if (device == "cuda" && here.count > gpus) {
        core::warning("{} ranks of this host see {}. Unless the launcher gives each its own, they share.",
                      here.count, gpus == 1 ? "one GPU" : fmt::format("{} GPUs", gpus));
    }
    return device_of(device, here, gpus);
}

}  // namespace caloforge::train
