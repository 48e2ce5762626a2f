#include "validate/statistics/Frechet.hh"

#include <fmt/format.h>

#include <Eigen/Core>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <vector>

#include "core/Error.hh"
#include "core/Random.hh"
#include "validate/statistics/NonNegativeLine.hh"

namespace caloforge::validate {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

/// One entry per column: contiguous.
using Entries = MatrixXd;

/// Entries that enter a covariance at a time; stays in the cache.
constexpr Eigen::Index chunk_entries = 256;

struct Normal {
    VectorXd mean;
    MatrixXd covariance;
};

Entries entries(std::span<const float> values, std::size_t features) {
    if (features == 0 || values.size() % features != 0 || values.size() < 2 * features) {
        throw core::InputError(fmt::format(
            "{} values are no sample of entries with {} features (two entries at least). Wrong shape?",
            values.size(), features));
    }
    const auto rows = static_cast<Eigen::Index>(features);
    const auto columns = static_cast<Eigen::Index>(values.size() / features);
    Entries out = Eigen::Map<const Eigen::MatrixXf>(values.data(), rows, columns).cast<double>();
    if (!out.allFinite()) {
        throw core::InputError(
            "a feature is not finite (no mean follows). Fill in or leave out observables that some entries "
            "lack?");
    }
    return out;
}

/// Mean and covariance of a sample that holds entry i times[i] times.
Normal fit(const Entries& sample, const std::vector<std::uint32_t>& times) {
    const Eigen::Index features = sample.rows();
    // Sums of distances from some entry: precise where the mean is far from zero.
    const VectorXd centre = sample.col(0);
    VectorXd sum = VectorXd::Zero(features);
    MatrixXd square = MatrixXd::Zero(features, features);
    Entries chunk(features, chunk_entries);
    Eigen::Index filled = 0;
    double size = 0;
    const auto flush = [&] {
        if (filled == 0) return;  // Eigen divides by the number of columns
        square.selfadjointView<Eigen::Lower>().rankUpdate(chunk.leftCols(filled));
        filled = 0;
    };
    for (std::size_t i = 0; i < times.size(); ++i) {
        if (times[i] == 0) continue;
        const double weight = times[i];
        auto column = chunk.col(filled++);
        column = sample.col(static_cast<Eigen::Index>(i)) - centre;
        sum += weight * column;
        size += weight;
        column *= std::sqrt(weight);
        if (filled == chunk_entries) flush();
    }
    flush();
    Normal out;
    const VectorXd shift = sum / size;
    square.selfadjointView<Eigen::Lower>().rankUpdate(shift, -size);
    out.mean = centre + shift;
    out.covariance = square.selfadjointView<Eigen::Lower>();
    out.covariance /= size - 1;
    return out;
}

double distance(const Normal& reference, const Normal& candidate) {
    // tr sqrt(S_r S_c) is the sum of the roots of the eigenvalues of A^T S_c A with A A^T = S_r: symmetric,
    // so none is complex, and rounding alone makes one negative.
    const Eigen::SelfAdjointEigenSolver<MatrixXd> root(reference.covariance);
    const MatrixXd a = root.eigenvectors() * root.eigenvalues().cwiseMax(0).cwiseSqrt().asDiagonal();
    const Eigen::SelfAdjointEigenSolver<MatrixXd> product(a.transpose() * candidate.covariance * a,
                                                          Eigen::EigenvaluesOnly);
    return (reference.mean - candidate.mean).squaredNorm() + reference.covariance.trace() +
           candidate.covariance.trace() - 2 * product.eigenvalues().cwiseMax(0).cwiseSqrt().sum();
}

/// Divides by the largest magnitude of each feature in the reference; a feature that is zero there stays.
void normalise(Entries& reference, Entries& candidate) {
    VectorXd largest = reference.cwiseAbs().rowwise().maxCoeff();
    largest = (largest.array() > 0).select(largest, 1.0);
    reference.array().colwise() /= largest.array();
    candidate.array().colwise() /= largest.array();
}

/// How often each of `entries` entries is drawn, with replacement, in `size` draws.
std::vector<std::uint32_t> draw(std::size_t entries, std::size_t size, std::uint64_t seed,
                                std::uint64_t number) {
    std::vector<std::uint32_t> bits(size);
    core::RandomStream(seed, number, frechet_stream).bits(bits);
    std::vector<std::uint32_t> times(entries);
    // The chances differ by less than entries / 2^32.
    for (const std::uint32_t word : bits) ++times[(std::uint64_t{word} * entries) >> 32];
    return times;
}

/// value + slope / N; its error from the scatter of the points.
FrechetOutcome extrapolate(const std::vector<double>& x, const std::vector<double>& y) {
    const std::vector<double> weights(x.size(), 1.0);
    const Line line = non_negative_line(x, y, weights);
    double scatter = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double distance = y[i] - line.intercept - line.slope * x[i];
        scatter += distance * distance;
    }
    FrechetOutcome out;
    out.value = line.intercept;
    out.error = std::sqrt(line.intercept_variance * scatter / static_cast<double>(x.size() - 2));
    return out;
}

void check(const FrechetOptions& options) {
    if (options.points < 3 || options.batches == 0 || options.min_samples < 2 ||
        options.max_samples <= options.min_samples) {
        throw core::InputError(
            "options of the Frechet distance that make no fit (it needs three sizes, ascending). The "
            "defaults?");
    }
}

}  // namespace

double frechet_distance(std::span<const float> reference, std::span<const float> candidate,
                        std::size_t features) {
    const auto normal = [&](std::span<const float> values) {
        return fit(entries(values, features), std::vector<std::uint32_t>(values.size() / features, 1));
    };
    return distance(normal(reference), normal(candidate));
}

FrechetOutcome frechet_physics_distance(std::span<const float> reference, std::span<const float> candidate,
                                        std::size_t features, const FrechetOptions& options) {
    check(options);
    const std::size_t least =
        std::min(reference.size(), candidate.size()) / std::max<std::size_t>(features, 1);
    if (least < options.min_samples && !options.small_sets) {
        FrechetOutcome out;
        out.reason =
            fmt::format("needs {} {} in each set, one has {}", options.min_samples, options.word, least);
        return out;
    }
    Entries first = entries(reference, features);
    Entries second = entries(candidate, features);
    normalise(first, second);

    const double largest = 1 / static_cast<double>(options.min_samples);
    const double smallest = 1 / static_cast<double>(options.max_samples);
    std::vector<double> x(options.points);
    std::vector<double> y(options.points);
    std::uint64_t batch = 0;
    for (std::size_t point = 0; point < options.points; ++point) {
        const double step = static_cast<double>(point) / static_cast<double>(options.points - 1);
        const auto size = static_cast<std::size_t>(std::lround(1 / (largest + step * (smallest - largest))));
        x[point] = 1 / static_cast<double>(size);
        for (std::size_t i = 0; i < options.batches; ++i, ++batch) {
            const auto normal = [&](const Entries& sample, std::uint64_t number) {
                return fit(sample, draw(static_cast<std::size_t>(sample.cols()), size, options.seed, number));
            };
            y[point] += distance(normal(first, 2 * batch), normal(second, 2 * batch + 1)) /
                        static_cast<double>(options.batches);
        }
    }
    return extrapolate(x, y);
}

}  // namespace caloforge::validate
