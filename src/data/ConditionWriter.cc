#include "data/ConditionWriter.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/Error.hh"

namespace caloforge::data {
namespace {

using core::InputError;

std::string names(const sample::Fields& fields) {
    std::vector<std::string> out;
    for (const sample::Field& field : fields) out.push_back(field.name);
    return fmt::format("{}", fmt::join(out, ", "));
}

}  // namespace

ConditionWriter::ConditionWriter(const hdf5::OutputFile& file, const LayoutForm& form, float scale,
                                 int gzip_level, sample::Fields fields)
    : form_(&form), scale_(scale), fields_(std::move(fields)) {
    if (!sample::find(fields_, sample::energy_field.name))
        throw InputError("showers without an incident energy cannot be written.");
    for (const LayoutForm::Column& column : form.columns)
        outputs_.push_back({{file, column.dataset, column.row_shape, gzip_level}, column});
    for (const sample::Field& field : fields_) {
        const bool has_place = std::ranges::any_of(form.columns, [&](const LayoutForm::Column& column) {
            return sample::find(column.holds, field.name) != nullptr;
        });
        if (!has_place) add_field(file, field, gzip_level);
    }
}

void ConditionWriter::add_field(const hdf5::OutputFile& file, const sample::Field& field, int gzip_level) {
    if (!is_condition_name(field.name))
        throw InputError(fmt::format(
            "a condition called `{}` cannot be written (it is no name for a data set here).", field.name));
    std::vector<std::size_t> shape(field.shape.begin(), field.shape.end());
    if (shape == std::vector<std::size_t>{1}) shape.clear();
    const auto take = [name = field.name](const sample::ColumnsView& from, std::size_t i,
                                          std::vector<float>& row) {
        const auto values = from.row(name, i);
        row.assign(values.begin(), values.end());
    };
    outputs_.push_back({{file, field.name, shape, gzip_level}, {field.name, shape, {field}, take}});
    file.text_attribute(outputs_.back().writer.id(), condition_attribute, field.unit);
}

void ConditionWriter::check(const sample::Columns& conditions) const {
    if (conditions.fields() != fields_) {
        throw InputError(fmt::format("its conditions are {}, those of the batches before {}",
                                     names(conditions.fields()), names(fields_)));
    }
    if (const std::string problem = form_->problem(conditions); !problem.empty()) throw InputError(problem);
}

void ConditionWriter::add(hdf5::ChunkPipeline& pipeline, const sample::Columns& conditions) {
    const sample::ColumnsView view = conditions.view();
    std::vector<float> row;
    for (Output& output : outputs_) {
        for (std::size_t i = 0; i < conditions.rows(); ++i) {
            output.column.take(view, i, row);
            if (output.column.energies)
                std::ranges::transform(row, row.begin(), [&](float x) { return x * scale_; });
            output.writer.add(pipeline, row);
        }
    }
}

void ConditionWriter::flush(hdf5::ChunkPipeline& pipeline) {
    for (Output& output : outputs_) output.writer.flush(pipeline);
}

void ConditionWriter::close() {
    for (Output& output : outputs_) output.writer.close();
}

}  // namespace caloforge::data
