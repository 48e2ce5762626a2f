#include "validate/classifier/Folds.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/Error.hh"
#include "core/Random.hh"
#include "validate/classifier/ClassifierConfig.hh"

namespace caloforge::validate {

std::vector<std::size_t> shuffled(std::size_t n, std::uint64_t seed, std::uint64_t index,
                                  std::uint32_t stream) {
    std::vector<std::uint32_t> keys(n);
    core::RandomStream(seed, index, stream).bits(keys);
    std::vector<std::pair<std::uint32_t, std::size_t>> keyed(n);
    for (std::size_t i = 0; i < n; ++i) keyed[i] = {keys[i], i};
    std::sort(keyed.begin(), keyed.end());
    std::vector<std::size_t> order(n);
    std::transform(keyed.begin(), keyed.end(), order.begin(), [](const auto& pair) { return pair.second; });
    return order;
}

Folds::Folds(std::size_t samples, std::size_t folds, double validation_share, std::uint64_t seed,
             std::uint64_t repetition)
    : order_(shuffled(samples, seed, repetition, fold_stream)),
      folds_(folds),
      validation_share_(validation_share) {
    if (folds < 2 || samples < 3 * folds) {
        throw core::InputError(
            fmt::format("{} samples cannot be cut into {} folds of at least 3.", samples, folds));
    }
}

FoldSplit Folds::split(std::size_t fold) const {
    const std::size_t n = order_.size();
    const std::size_t first = fold * n / folds_;
    const std::size_t tested = (fold + 1) * n / folds_ - first;
    const std::size_t rest = n - tested;
    const auto validated = std::clamp<std::size_t>(
        static_cast<std::size_t>(std::lround(validation_share_ * static_cast<double>(rest))), 1, rest - 1);
    FoldSplit out;
    for (std::size_t i = 0; i < n; ++i) {
        auto& part = i < tested ? out.test : i < tested + validated ? out.validation : out.training;
        part.push_back(order_[(first + i) % n]);
    }
    return out;
}

}  // namespace caloforge::validate
