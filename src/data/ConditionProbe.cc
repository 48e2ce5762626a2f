#include "data/ConditionProbe.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <optional>
#include <sstream>

#include "core/Error.hh"
#include "core/Suggest.hh"

namespace caloforge::data {
namespace {

using core::InputError;
using hdf5::NumberDataset;
using Condition = ShowerSource::Condition;

/// Index of a newly opened data set in `extras`; its N must be that of the cells.
std::size_t add_extra(ShowerSource& source, const ProbedFile& file, const std::string& name) {
    NumberDataset dataset(file.id, name, file.path);
    if (dataset.rows() != source.size()) {
        throw InputError(fmt::format(
            "{} is inconsistent (`{}` holds {} showers, `{}` {}). Was it cut or merged wrongly?",
            file.path.string(), source.cells.name(), source.size(), dataset.name(), dataset.rows()));
    }
    source.extras.push_back(std::move(dataset));
    return source.extras.size() - 1;
}

/// A data set with one number per shower: (N) or (N, 1).
std::size_t add_single(ShowerSource& source, const ProbedFile& file, const std::string& name) {
    const std::size_t index = add_extra(source, file, name);
    const NumberDataset& dataset = source.extras[index];
    if (dataset.rank() > 2 || dataset.row_size() != 1) file.refuse_shape(dataset, "(N)");
    return index;
}

bool known(const ShowerSource& source, const std::string& name) {
    return std::ranges::any_of(source.conditions,
                               [&](const Condition& one) { return one.field.name == name; });
}

/// Positions of "x0" and "y0" among the names in the attribute `columns` of `extra`; without it 2 and 3 of 8.
std::optional<std::pair<std::size_t, std::size_t>> impact_columns(const NumberDataset& extra) {
    if (extra.rank() != 2) return {};
    std::string text = extra.text_attribute("columns");
    if (text.empty()) {
        if (extra.dim(1) != 8) return {};
        return std::pair<std::size_t, std::size_t>{2, 3};
    }
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == ',' || c == ';'; }, ' ');
    std::istringstream words(text);
    std::optional<std::size_t> x;
    std::optional<std::size_t> y;
    std::string word;
    for (std::size_t column = 0; words >> word; ++column) {
        if (word == "x0" || word == "x0_mm") x = column;
        if (word == "y0" || word == "y0_mm") y = column;
    }
    if (!x || !y || *x >= extra.dim(1) || *y >= extra.dim(1)) return {};
    return std::pair{*x, *y};
}

bool is_number_dataset(const ProbedFile& file, const std::string& name) {
    hdf5::DatasetHeader header;
    return hdf5::open_dataset(file.id, name, header).valid() && header.number;
}

/// Whether a data set says that it is a condition, under a name that can be one.
bool states(const ProbedFile& file, const std::string& name) {
    hdf5::DatasetHeader header;
    const auto dataset = hdf5::open_dataset(file.id, name, header);
    if (!dataset.valid() || !header.number) return false;
    const std::string unit = hdf5::text_attribute(dataset.id(), condition_attribute);
    return is_condition_name(name) && !unit.empty() && unit == hdf5::printable(unit) &&
           std::ranges::find(header.shape, 0U) == header.shape.end();
}

void add_impact(ShowerSource& source, const ProbedFile& file) {
    if (file.holds("impact")) {
        const std::size_t index = add_extra(source, file, "impact");
        const NumberDataset& impact = source.extras[index];
        if (impact.rank() != 2 || impact.dim(1) != 2) file.refuse_shape(impact, "(N, 2)");
        source.conditions.push_back({.field = sample::impact_field, .dataset = index});
    } else if (file.holds("extra") && is_number_dataset(file, "extra")) {
        const std::size_t index = add_extra(source, file, "extra");
        if (const auto columns = impact_columns(source.extras[index])) {
            source.conditions.push_back({.field = sample::impact_field,
                                         .dataset = index,
                                         .columns = {columns->first, columns->second}});
        }
    }
}

/// Files of others hold zeros, labels or anything else in column 0 of `target`. Below 11 are quarks and
/// gluons; a float32 holds whole numbers up to 2^24.
bool could_be_particle(float code) {
    return std::abs(code) >= 11 && std::abs(code) <= 0x1p24F && code == std::nearbyint(code);
}

bool holds_particles(NumberDataset& target) {
    constexpr std::size_t at_once = 65536;
    std::vector<float> codes;
    for (std::size_t first = 0; first < target.rows(); first += at_once) {
        codes.resize(std::min(at_once, target.rows() - first));
        target.read_column(first, codes.size(), 0, codes.data());
        if (!std::ranges::all_of(codes, could_be_particle)) return false;
    }
    return true;
}

/// Data sets that say of themselves that they are conditions.
void add_named(ShowerSource& source, const ProbedFile& file) {
    for (const std::string& name : file.names) {
        if (known(source, name) || name == source.cells.name() || !states(file, name)) continue;
        const std::size_t index = add_extra(source, file, name);
        const NumberDataset& dataset = source.extras[index];
        const auto& shape = dataset.header().shape;
        sample::Field field{
            name, {shape.begin() + 1, shape.end()}, dataset.text_attribute(condition_attribute)};
        if (field.shape.empty()) field.shape = {1};
        for (const sample::Field* standard : sample::standard_fields()) {
            if (standard->name == name && !(*standard == field)) {
                throw InputError(fmt::format(
                    "`{}` of {} is {} in \"{}\" ({} in \"{}\" is wanted). Is it something else?", name,
                    file.path.string(), sample::to_string(field.shape), hdf5::printable(field.unit),
                    sample::to_string(standard->shape), standard->unit));
            }
        }
        source.conditions.push_back({.field = std::move(field), .dataset = index});
    }
}

}  // namespace

bool ProbedFile::holds(const std::string& name) const {
    return std::binary_search(names.begin(), names.end(), name);
}

void ProbedFile::refuse_shape(const NumberDataset& dataset, const std::string& wanted) const {
    throw InputError(fmt::format("`{}` of {} has the shape {} ({} is needed). Are its axes in another order?",
                                 dataset.name(), path.string(), dataset.header().shape_text(), wanted));
}

std::string ProbedFile::in_other_case(const std::string& name) const {
    const auto found = std::ranges::find_if(names, [&](const std::string& one) {
        return std::ranges::equal(one, name,
                                  [](char a, char b) { return std::tolower(a) == std::tolower(b); });
    });
    return found == names.end() ? "" : *found;
}

void ProbedFile::refuse_missing(const std::string& wanted, const std::string& name, std::string near) const {
    std::vector<std::string> shown;
    for (const auto& one : names) shown.push_back(hdf5::printable(one));
    if (near.empty()) near = in_other_case(name);
    if (near.empty()) near = core::nearest(name, shown);
    std::string elsewhere;
    for (const auto& one : hdf5::names_elsewhere(id))
        elsewhere += (elsewhere.empty() ? "; links that lead out of it: " : ", ") + hdf5::printable(one);
    throw InputError(fmt::format(
        "{} lacks {} (its data sets: {}{}).{}", path.string(), wanted,
        shown.empty() ? "none" : fmt::format("{}", fmt::join(shown, ", ")), elsewhere,
        near.empty() ? " Is it a file of showers?" : fmt::format(" Should `{}` be named `{}`?", near, name)));
}

void add_energy(ShowerSource& source, const ProbedFile& file, const std::string& name, std::size_t column,
                double scale) {
    const std::size_t index =
        name == "target" ? add_extra(source, file, name) : add_single(source, file, name);
    const NumberDataset& dataset = source.extras[index];
    if (name == "target" && (dataset.rank() != 2 || dataset.dim(1) < 2))
        file.refuse_shape(dataset, "(N, 2 or more)");
    source.conditions.push_back(
        {.field = sample::energy_field, .dataset = index, .columns = {column}, .scale = scale});
}

void add_particle_of_target(ShowerSource& source, const ProbedFile& file) {
    const std::size_t index = source.conditions[0].dataset;
    if (states(file, sample::particle_field.name) || source.extras[index].name() != "target" ||
        !holds_particles(source.extras[index]))
        return;
    source.conditions.push_back({.field = sample::particle_field, .dataset = index, .columns = {0}});
}

void add_direction_of_theta(ShowerSource& source, const ProbedFile& file) {
    if (states(file, sample::direction_field.name)) return;
    source.conditions.push_back({.field = sample::direction_field,
                                 .dataset = add_single(source, file, "theta"),
                                 .columns = {0},
                                 .polar_angle = true});
}

void add_conditions(ShowerSource& source, const ProbedFile& file) {
    add_impact(source, file);
    add_named(source, file);
    // The standard ones in one order, whatever holds them.
    const auto rank = [](const Condition& one) {
        const auto& order = sample::standard_fields();
        return std::ranges::find_if(order, [&](const auto* field) { return field->name == one.field.name; }) -
               order.begin();
    };
    std::ranges::stable_sort(source.conditions, {}, rank);
}

}  // namespace caloforge::data
