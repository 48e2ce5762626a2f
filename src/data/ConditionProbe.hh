#pragma once

#include <string>
#include <vector>

#include "data/LayoutProbe.hh"

namespace caloforge::data {

/// The file that is being recognised.
struct ProbedFile {
    hid_t id;
    const std::filesystem::path& path;
    std::vector<std::string> names;  ///< of its data sets, sorted

    bool holds(const std::string& name) const;
    /// The data set of that name but for its case, else "".
    std::string in_other_case(const std::string& name) const;
    /// Says which data sets there are and what comes nearest to `name`, unless `near` tells already.
    [[noreturn]] void refuse_missing(const std::string& wanted, const std::string& name,
                                     std::string near = "") const;
    [[noreturn]] void refuse_shape(const hdf5::NumberDataset& dataset, const std::string& wanted) const;
};

/// Adds the incident energy, column `column` of `name`. Throws InputError.
void add_energy(ShowerSource& source, const ProbedFile& file, const std::string& name, std::size_t column,
                double scale);
/// Adds the PDG codes in column 0 of `target`, where the energy is in `target`, the codes make sense and the
/// file does not state particles otherwise.
void add_particle_of_target(ShowerSource& source, const ProbedFile& file);
/// Adds the direction that `theta` stands for (PolarAngle.hh) unless the file states it in full. Throws
/// InputError.
void add_direction_of_theta(ShowerSource& source, const ProbedFile& file);
/// Adds what files of any layout may say: impact points in `impact` or `extra`, and the data sets that say of
/// themselves that they are conditions. Throws InputError.
void add_conditions(ShowerSource& source, const ProbedFile& file);

}  // namespace caloforge::data
