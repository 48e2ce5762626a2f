#pragma once

namespace caloforge::model {

/// Freed memory stays with the process from now on instead of going back to the system after every step,
/// which then has to clear it again for the next. For programs that train; other threads may run.
void keep_memory();

}  // namespace caloforge::model
