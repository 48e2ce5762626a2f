#pragma once

#include <functional>
#include <string>

#include "comm/Communicator.hh"

namespace caloforge::comm {

/// Runs `work` on every rank (it must not communicate, and may take long: Communicator::busy) and waits for
/// all. When it threw on any of them, all throw one AgreedError with what was the matter and where.
void together(Communicator& communicator, const std::function<void()>& work);

/// Runs `work` on the first rank alone; its text, on all. Errors as in together().
std::string on_first(Communicator& communicator, const std::function<std::string()>& work);

/// Throws AgreedError when the ranks hold different texts; `what` names them ("the configuration").
void check_equal(Communicator& communicator, const std::string& what, const std::string& text);

}  // namespace caloforge::comm
