#include "validate/shower/FigureOfMerit.hh"

#include <fmt/format.h>

#include <cmath>

#include "core/Error.hh"

namespace caloforge::validate {
namespace {

/// A mean of relative errors that leaves out what it cannot divide by.
class RelativeError {
  public:
    void add(double reference, double candidate) {
        if (reference == 0) {
            ++left_out_;
            return;
        }
        sum_ += std::abs((reference - candidate) / reference);
        ++terms_;
    }
    bool defined() const { return terms_ > 0; }
    double mean() const { return sum_ / static_cast<double>(terms_); }
    std::size_t left_out() const { return left_out_; }

  private:
    double sum_ = 0;
    std::size_t terms_ = 0;
    std::size_t left_out_ = 0;
};

/// Nothing when the reference is empty.
std::optional<FigureOfMerit> figure_of_bin(const MeanShape& reference, const MeanShape& candidate) {
    FigureOfMerit out;
    RelativeError moments;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        moments.add(reference.first[axis], candidate.first[axis]);
        moments.add(reference.second[axis], candidate.second[axis]);

        const std::vector<double>& planes = reference.profiles[axis];
        if (planes.size() != candidate.profiles[axis].size()) {
            throw core::InputError(
                fmt::format("profiles of {} and {} planes (they are compared one by one). "
                            "Different grids?",
                            planes.size(), candidate.profiles[axis].size()));
        }
        RelativeError profile;
        for (std::size_t i = 0; i < planes.size(); ++i) profile.add(planes[i], candidate.profiles[axis][i]);
        if (!profile.defined()) return std::nullopt;
        out.profile += profile.mean() / 3;
        out.left_out += profile.left_out();
    }
    if (!moments.defined()) return std::nullopt;
    out.position = moments.mean();
    out.left_out += moments.left_out();
    return out;
}

}  // namespace

std::optional<FigureOfMerit> figure_of_merit(std::span<const MeanShape> reference,
                                             std::span<const MeanShape> candidate) {
    if (reference.size() != candidate.size()) {
        throw core::InputError(
            fmt::format("{} and {} energy bins (they are compared one by one). Different edges?",
                        reference.size(), candidate.size()));
    }
    FigureOfMerit out;
    double bins = 0;
    for (std::size_t i = 0; i < reference.size(); ++i) {
        const std::optional<FigureOfMerit> bin = figure_of_bin(reference[i], candidate[i]);
        if (!bin) continue;
        out.position += bin->position;
        out.profile += bin->profile;
        out.left_out += bin->left_out;
        bins += 1;
    }
    if (bins == 0 || !std::isfinite(out.value())) return std::nullopt;
    out.position /= bins;
    out.profile /= bins;
    return out;
}

}  // namespace caloforge::validate
