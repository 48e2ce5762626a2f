#pragma once

namespace caloforge::model {

/// Threads that libtorch computes with, of the whole process.
void use_threads(int threads);
int threads_used();

}  // namespace caloforge::model
