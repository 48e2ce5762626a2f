#include "MultiplyAddLoop.hh"

#include <thread>
#include <vector>

#include "Stopwatch.hh"
#include "kernels/Peak.hh"

namespace caloforge::app {

double multiply_add_seconds(std::size_t threads) {
    constexpr std::size_t rounds = 100'000'000;
    const auto work = [=] {
        std::vector<std::jthread> workers;
        for (std::size_t t = 0; t < threads; ++t)
            workers.emplace_back([=] { (void)kernels::multiply_adds(rounds / threads); });
    };
    return time_repeatedly(work, 0, 1).median();
}

}  // namespace caloforge::app
