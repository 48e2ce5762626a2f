#pragma once

#include <functional>

#include "comm/Communicator.hh"

namespace caloforge::app {

/// Runs `work` on this process' rank, one or many as the launcher started them. Of many only the first tells
/// more than errors; what all know of (comm::AgreedError) it tells alone, and all end with its exit code;
/// what one of them meets ends all.
void on_ranks(const std::function<void(comm::Communicator&)>& work);

}  // namespace caloforge::app
