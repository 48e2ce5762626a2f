#include "validate/statistics/KernelDistance.hh"

#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <vector>

#include "core/Error.hh"
#include "core/Random.hh"

namespace caloforge::validate {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Percentiles between which one standard deviation to either side lies, as JetNet rounds them.
constexpr double low_percentile = 16.275, high_percentile = 83.725;
/// Columns of the kernel matrix at a time.
constexpr Eigen::Index block_entries = 512;

/// One entry per column.
MatrixXd kernel_entries(std::span<const float> values, std::size_t features) {
    if (features == 0 || values.size() % features != 0 || values.size() < 2 * features) {
        throw core::InputError(fmt::format(
            "{} values are no sample of entries with {} features (two entries at least). Wrong shape?",
            values.size(), features));
    }
    MatrixXd out = Eigen::Map<const Eigen::MatrixXf>(values.data(), static_cast<Eigen::Index>(features),
                                                     static_cast<Eigen::Index>(values.size() / features))
                       .cast<double>();
    if (!out.allFinite())
        throw core::InputError(
            "a feature is not finite (it has no kernel). Leave out what some entries lack?");
    return out;
}

/// Entries with how often each was drawn.
struct Sample {
    MatrixXd entries;
    VectorXd times;
};

/// Sum over all pairs (i, j) of times_i * times_j * k(a_i, b_j).
double kernel_sum(const Sample& a, const Sample& b) {
    const double gamma = 1 / static_cast<double>(a.entries.rows());
    double sum = 0;
    for (Eigen::Index first = 0; first < b.entries.cols(); first += block_entries) {
        const Eigen::Index count = std::min(block_entries, b.entries.cols() - first);
        const MatrixXd products = a.entries.transpose() * b.entries.middleCols(first, count);
        sum += a.times.transpose() * (products.array() * gamma + 1).square().square().matrix() *
               b.times.segment(first, count);
    }
    return sum;
}

/// Sum of k(x, x) over the draws.
double kernel_trace(const Sample& sample) {
    const double gamma = 1 / static_cast<double>(sample.entries.rows());
    return sample.entries.colwise().squaredNorm().unaryExpr([&](double square) {
        return std::pow(square * gamma + 1, 4);
    }) * sample.times;
}

double discrepancy(const Sample& reference, const Sample& candidate) {
    const auto within = [](const Sample& sample) {
        const double n = sample.times.sum();
        return (kernel_sum(sample, sample) - kernel_trace(sample)) / (n * (n - 1));
    };
    return within(reference) + within(candidate) -
           2 * kernel_sum(reference, candidate) / reference.times.sum() / candidate.times.sum();
}

Sample draw_sample(const MatrixXd& all, std::size_t size, std::uint64_t seed, std::uint64_t number) {
    std::vector<std::uint32_t> bits(size);
    core::RandomStream(seed, number, kernel_stream).bits(bits);
    const auto count = static_cast<std::uint64_t>(all.cols());
    std::vector<std::uint32_t> times(count);
    // The chances differ by less than entries / 2^32.
    for (const std::uint32_t word : bits) ++times[(std::uint64_t{word} * count) >> 32];
    const auto different = static_cast<Eigen::Index>(times.size()) - std::ranges::count(times, 0U);
    Sample out{MatrixXd(all.rows(), different), VectorXd(different)};
    Eigen::Index next = 0;
    for (std::size_t i = 0; i < times.size(); ++i) {
        if (times[i] == 0) continue;
        out.entries.col(next) = all.col(static_cast<Eigen::Index>(i));
        out.times(next++) = times[i];
    }
    return out;
}

/// Linear between the ordered values, as NumPy's default.
double percentile(const std::vector<double>& ascending, double percent) {
    const double place = percent / 100 * static_cast<double>(ascending.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, ascending.size() - 1);
    return ascending[below] + (place - static_cast<double>(below)) * (ascending[above] - ascending[below]);
}

}  // namespace

double kernel_distance(std::span<const float> reference, std::span<const float> candidate,
                       std::size_t features) {
    const auto once = [&](std::span<const float> values) {
        MatrixXd all = kernel_entries(values, features);
        const Eigen::Index count = all.cols();
        return Sample{std::move(all), VectorXd::Ones(count)};
    };
    return discrepancy(once(reference), once(candidate));
}

FrechetOutcome kernel_physics_distance(std::span<const float> reference, std::span<const float> candidate,
                                       std::size_t features, const KernelOptions& options) {
    if (options.batches == 0 || options.batch_size < 2)
        throw core::InputError(
            "options of the kernel distance that make no batch (of two entries at least). The defaults?");
    MatrixXd first = kernel_entries(reference, features), second = kernel_entries(candidate, features);
    VectorXd largest = first.cwiseAbs().rowwise().maxCoeff();
    largest = (largest.array() > 0).select(largest, 1.0);
    first.array().colwise() /= largest.array();
    second.array().colwise() /= largest.array();
    std::vector<double> values;
    for (std::uint64_t batch = 0; batch < options.batches; ++batch) {
        values.push_back(discrepancy(draw_sample(first, options.batch_size, options.seed, 2 * batch),
                                     draw_sample(second, options.batch_size, options.seed, 2 * batch + 1)));
    }
    std::ranges::sort(values);
    FrechetOutcome out;
    out.value = percentile(values, 50);
    out.error = (percentile(values, high_percentile) - percentile(values, low_percentile)) / 2;
    return out;
}

}  // namespace caloforge::validate
