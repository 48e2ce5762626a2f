#include "OnRanks.hh"

#include <cstdlib>

#include "comm/Launch.hh"
#include "core/Log.hh"

namespace caloforge::app {

void on_ranks(const std::function<void(comm::Communicator&)>& work) {
    const auto communicator = comm::launch();
    if (communicator->ranks() == 1) return work(*communicator);
    if (!communicator->first()) core::log_errors_only();
    core::info("{} ranks", communicator->ranks());
    try {
        work(*communicator);
    } catch (const comm::AgreedError& error) {
        if (communicator->first()) core::log_error(error.what());
        communicator->leave();
        std::exit(static_cast<int>(error.code()));
    } catch (const core::Error& error) {
        communicator->abandon(error.code(), error.what());
    } catch (const std::exception& error) {
        communicator->abandon(core::ExitCode::failed, error.what());
    }
    communicator->leave();
}

}  // namespace caloforge::app
