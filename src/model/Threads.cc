#include "model/Threads.hh"

#include <torch/torch.h>

namespace caloforge::model {

void use_threads(int threads) {
    torch::set_num_threads(threads);
}

int threads_used() {
    return torch::get_num_threads();
}

}  // namespace caloforge::model
