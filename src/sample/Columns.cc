#include "sample/Columns.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "core/Error.hh"

namespace caloforge::sample {
namespace {

using core::InputError;

[[noreturn]] void refuse_twice(std::string_view name) {
    throw InputError(fmt::format("the field `{}` is there twice. Leave one out?", name));
}

[[noreturn]] void refuse_size(std::string_view name, std::size_t numbers, std::size_t rows) {
    throw InputError(
        fmt::format("the field `{}` holds {} numbers, which do not make {} rows.", name, numbers, rows));
}

}  // namespace

ColumnsView& ColumnsView::add(std::string_view name, std::span<const float> values) {
    if (has(name)) refuse_twice(name);
    if (rows_ == 0 ? !values.empty() : values.empty() || values.size() % rows_ != 0)
        refuse_size(name, values.size(), rows_);
    columns_.push_back({name, values});
    return *this;
}

const ColumnsView::Column* ColumnsView::find(std::string_view name) const {
    const auto found = std::find_if(columns_.begin(), columns_.end(),
                                    [&](const Column& column) { return column.name == name; });
    return found == columns_.end() ? nullptr : &*found;
}

std::span<const float> ColumnsView::values(std::string_view name) const {
    const Column* column = find(name);
    return column ? column->values : std::span<const float>{};
}

std::span<const float> ColumnsView::row(std::string_view name, std::size_t i) const {
    const auto all = values(name);
    const std::size_t width = rows_ > 0 ? all.size() / rows_ : 0;
    return all.subspan(i * width, width);
}

std::vector<std::string_view> ColumnsView::names() const {
    std::vector<std::string_view> out;
    for (const Column& column : columns_) out.push_back(column.name);
    return out;
}

ColumnsView ColumnsView::part(std::size_t begin, std::size_t count) const {
    ColumnsView out(count);
    for (const Column& column : columns_) {
        const std::size_t width = column.values.size() / std::max<std::size_t>(rows_, 1);
        out.columns_.push_back({column.name, column.values.subspan(begin * width, count * width)});
    }
    return out;
}

Columns::Columns(std::size_t rows, const Fields& fields) : rows_(rows) {
    for (const Field& field : fields) add(field);
}

std::size_t Columns::index_of(std::string_view name) const {
    const auto found =
        std::find_if(fields_.begin(), fields_.end(), [&](const Field& field) { return field.name == name; });
    return static_cast<std::size_t>(found - fields_.begin());
}

std::span<float> Columns::add(Field field) {
    std::vector<float> zeros(rows_ * field.elements());
    add(std::move(field), std::move(zeros));
    return values_.back();
}

void Columns::add(Field field, std::vector<float> values) {
    if (has(field.name)) refuse_twice(field.name);
    if (values.size() != rows_ * field.elements()) refuse_size(field.name, values.size(), rows_);
    fields_.push_back(std::move(field));
    values_.push_back(std::move(values));
}

void Columns::remove(std::string_view name) {
    const std::size_t index = index_of(name);
    if (index == fields_.size()) return;
    fields_.erase(fields_.begin() + static_cast<std::ptrdiff_t>(index));
    values_.erase(values_.begin() + static_cast<std::ptrdiff_t>(index));
}

std::vector<float> Columns::take(std::string_view name) {
    const std::size_t index = index_of(name);
    if (index == fields_.size()) return {};
    std::vector<float> out = std::move(values_[index]);
    remove(name);
    return out;
}

void Columns::resize(std::size_t rows) {
    rows_ = rows;
    for (std::size_t i = 0; i < fields_.size(); ++i) values_[i].resize(rows * fields_[i].elements());
}

void Columns::append(const Columns& other) {
    if (fields_.empty() && rows_ == 0) {
        *this = other;
        return;
    }
    if (other.fields_.empty() && other.rows_ == 0) return;
    if (fields_ != other.fields_)
        throw InputError("samples with different fields cannot be put together. Do they come from one set?");
    for (std::size_t i = 0; i < values_.size(); ++i)
        values_[i].insert(values_[i].end(), other.values_[i].begin(), other.values_[i].end());
    rows_ += other.rows_;
}

void Columns::copy_row(std::size_t to, const Columns& other, std::size_t from) {
    assert(fields_ == other.fields_);
    for (std::size_t i = 0; i < values_.size(); ++i) {
        const auto width = static_cast<std::ptrdiff_t>(fields_[i].elements());
        std::copy_n(other.values_[i].begin() + static_cast<std::ptrdiff_t>(from) * width, width,
                    values_[i].begin() + static_cast<std::ptrdiff_t>(to) * width);
    }
}

std::span<float> Columns::values(std::string_view name) {
    const std::size_t index = index_of(name);
    return index < values_.size() ? std::span<float>(values_[index]) : std::span<float>{};
}

std::span<const float> Columns::values(std::string_view name) const {
    const std::size_t index = index_of(name);
    return index < values_.size() ? std::span<const float>(values_[index]) : std::span<const float>{};
}

ColumnsView Columns::view() const {
    ColumnsView out(rows_);
    for (std::size_t i = 0; i < fields_.size(); ++i) out.add(fields_[i].name, values_[i]);
    return out;
}

}  // namespace caloforge::sample
