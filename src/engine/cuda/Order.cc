#include "engine/cuda/Order.hh"

#include <algorithm>

namespace caloforge::engine::cuda {
namespace {

bool meet(const std::vector<Range>& a, const std::vector<Range>& b) {
    for (const Range& x : a) {
        for (const Range& y : b) {
            if (x.begin < y.end && y.begin < x.end) return true;
        }
    }
    return false;
}

bool waits(const Touched& later, const Touched& earlier) {
    if (meet(later.read, earlier.written) || meet(later.written, earlier.read)) return true;
    return later.step != earlier.step && meet(later.written, earlier.written);
}

}  // namespace

std::vector<std::vector<std::uint32_t>> order_of(const std::vector<Touched>& launches) {
    std::vector<std::vector<std::uint32_t>> out(launches.size());
    std::vector<std::vector<bool>> waited_for(launches.size());  // through others too
    for (std::size_t i = 0; i < launches.size(); ++i) {
        auto& all = waited_for[i];
        all.resize(i);
        for (std::size_t j = i; j-- > 0;) {
            if (all[j] || !waits(launches[i], launches[j])) continue;
            out[i].push_back(static_cast<std::uint32_t>(j));
            all[j] = true;
            for (std::size_t k = 0; k < j; ++k) all[k] = all[k] || waited_for[j][k];
        }
        std::ranges::reverse(out[i]);
    }
    return out;
}

}  // namespace caloforge::engine::cuda
