#include "model/Threads.hh"

#include <torch/torch.h>

#include <algorithm>

#include "core/Machine.hh"

namespace caloforge::model {

void use_threads(int threads) {
    const int now = torch::get_num_threads();
    const int wanted = threads > 0 ? threads : std::min(now, static_cast<int>(core::thread_count(0)));
    if (wanted != now) torch::set_num_threads(wanted);
}

int threads_used() {
    return torch::get_num_threads();
}

}  // namespace caloforge::model
