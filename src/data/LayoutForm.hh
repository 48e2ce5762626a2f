#pragma once

#include <functional>
#include <string>
#include <vector>

#include "data/ConditionProbe.hh"
#include "data/Layout.hh"
#include "data/hdf5/OutputHdf5.hh"

namespace caloforge::data {

/// One way in which files hold showers: how it is recognised, read and written. Layouts.cc lists all; nothing
/// else tells one from another.
struct LayoutForm {
    /// A data set with some numbers per shower, which other programs look for under that name.
    struct Column {
        std::string dataset;
        std::vector<std::size_t> row_shape;  ///< {} for (N), {k} for (N, k)
        sample::Fields holds;                ///< conditions that are wholly in it
        /// The numbers of shower i from its conditions; energies in GeV.
        std::function<void(const sample::ColumnsView&, std::size_t i, std::vector<float>& row)> take;
        bool energies = false;  ///< scaled as cells are, where the layout says so
    };

    Layout layout;
    std::string name;   ///< for people: "CaloChallenge"
    std::string cells;  ///< the data set of the cells, (N, shape)

    /// Whether a file with these data sets is one.
    std::function<bool(const ProbedFile&)> claims;
    /// Opens the cells and finds energy and read-out. Throws InputError.
    std::function<ShowerSource(const ProbedFile&, const ReadOptions&)> recognise;

    /// Shape of one shower; empty for cells that the layout cannot hold.
    std::function<std::vector<std::size_t>(const geometry::Readout&)> shape;
    double unit = 1;  ///< GeV * this = file values of the cells
    std::vector<Column> columns;
    /// Says on the data set of the cells what they are.
    std::function<void(const hdf5::OutputFile&, hid_t cells, const geometry::Readout&)> describe;
    /// Why these conditions cannot be written, or "".
    std::function<std::string(const sample::Columns&)> problem;
};

/// In the order in which they are tried.
const std::vector<LayoutForm>& layouts();
const LayoutForm& form_of(Layout layout);

/// One for each layout.
LayoutForm fixed_angle_form();
LayoutForm variable_angle_form();
LayoutForm calochallenge_form();

}  // namespace caloforge::data
