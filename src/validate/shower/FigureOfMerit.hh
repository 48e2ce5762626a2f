#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace caloforge::validate {

/// Means over the showers of one energy bin, along the axes x, y, z. The moments are those of a single
/// shower, averaged over the showers that are not empty.
struct MeanShape {
    std::array<double, 3> first{};  ///< energy-weighted mean of the cell's index, counted from 0
    std::array<double, 3>
        second{};  ///< energy-weighted mean square distance from the shower's own first, cells^2
    std::array<std::vector<double>, 3> profiles;  ///< deposited energy per plane of cells, GeV
};

/// The figure by which the authors of the 3DGAN choose between trainings; 0 is best. It is no distance: the
/// reference is in the denominator, and moments about zero depend on where indices start.
struct FigureOfMerit {
    double position = 0;       ///< mean relative error of the moments
    double profile = 0;        ///< mean relative error of the profiles
    std::size_t left_out = 0;  ///< terms without an energy in the reference, over all bins

    double value() const { return position + profile; }
    /// As the script gives it that repeats the lines which add the moments.
    double moments_twice() const { return 2 * position + profile; }
};

/// Published as function `metric` in keras/analysis/utils/GANutils.py (moments twice) and
/// keras/analysis/TestingObjective.py (once) of github.com/svalleco/3Dgan. Per energy bin:
///   position = mean over first, second and x, y, z of |m_r - m_c| / |m_r|,
///   profile  = mean over x, y, z of the mean over planes of |P_r - P_c| / P_r;
/// then the mean over the energy bins. Terms whose reference is zero are left out of the means (the scripts
/// divide by zero), and so are bins where the reference is empty. The scripts' terms for the shower's angle
/// and (TestingObjective.py) the sampling fraction are not included. Nothing when no bin remains or a number
/// is not finite (a candidate of empty showers has no moments). Throws InputError when the sizes differ.
std::optional<FigureOfMerit> figure_of_merit(std::span<const MeanShape> reference,
                                             std::span<const MeanShape> candidate);

}  // namespace caloforge::validate
