#pragma once

namespace caloforge::model {

/// Threads that libtorch computes with, of the whole process. 0: as many as now, and no more than the process
/// may run at a time (libtorch knows nothing of quotas).
void use_threads(int threads);
int threads_used();

}  // namespace caloforge::model
